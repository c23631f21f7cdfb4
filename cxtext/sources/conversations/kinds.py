"""The kinds of conversations and reviews, known by their keys. A further kind is one more entry in ``KINDS``."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from cxtext.documents import Document
from cxtext.sources.conversations.fields import at, has, rows
from cxtext.sources.conversations.layouts import Layout, read_layout
from cxtext.sources.conversations.reviews import BEST, WORST, ReviewLayout, read_review
from cxtext.sources.conversations.talk import Place
from cxtext.sources.conversations.tickets import read_intercom, read_zendesk, read_zendesk_survey
from cxtext.sources.conversations.words import read_assemblyai, read_deepgram, read_transcribe
from cxtext.sources.load_report import Reject

Read = Callable[[Mapping[str, Any], Place], Iterator[Document | Reject]]


def _in_lists(value: Mapping[str, Any], *, names: tuple[str, ...]) -> Iterator[object]:
    for name in names:
        if isinstance(value.get(name), list):
            yield from value[name]
            return
    yield value


def _with_responses(page: Mapping[str, Any]) -> Iterator[object]:
    """Give the reviews of a page of App Store Connect, each with the response that stands beside the reviews."""
    responses: dict[str, object] = {}
    for other in rows(page, "included.*"):
        if at(other, "type") == "customerReviewResponses" and isinstance(at(other, "id"), str):
            responses[at(other, "id")] = at(other, "attributes")
    for review in _in_lists(page, names=("data",)):
        answer = at(review, "relationships.response.data.id")
        known = responses.get(answer) if isinstance(answer, str) else None
        yield {**review, "response": known} if isinstance(review, Mapping) and known else review


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of object that holds a conversation or a review.

    Parameters
    ----------
    name
        What to call it in the report.
    keys
        What such an object always has, see :func:`cxtext.sources.conversations.fields.has`. The first kind that fits
        is taken.
    read
        Reads one such object.
    within
        Keys of an object that holds a list of such objects.
    parts
        Gives the objects of a page, where it takes more than its list.
    review
        How the columns of a table of such reviews are called. It is also a table: where the caller names columns of
        the text or of scores, these count.
    scales
        Scores that may be read, and their worst and best values.
    """

    name: str
    keys: tuple[str, ...]
    read: Read
    within: tuple[str, ...] = ()
    parts: Callable[[Mapping[str, Any]], Iterator[object]] | None = None
    review: ReviewLayout | None = None
    scales: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def fits(self, value: object) -> bool:
        """Say whether an object has the keys."""
        return all(has(value, key) for key in self.keys)

    def objects(self, value: object) -> Iterator[object]:
        """Give the objects of this kind in a value of a file."""
        if not isinstance(value, Mapping) or self.fits(value):
            yield value
        elif self.parts is not None:
            yield from self.parts(value)
        else:
            yield from _in_lists(value, names=self.within)


def _transcript(name: str, keys: tuple[str, ...], layout: Layout) -> Kind:
    return Kind(name=name, keys=keys, read=partial(read_layout, layout=layout))


def _reviews(name: str, keys: tuple[str, ...], layout: ReviewLayout, **more: Any) -> Kind:  # noqa: ANN401
    scales = {"stars": (WORST, BEST)}
    return Kind(name=name, keys=keys, read=partial(read_review, layout=layout), review=layout, scales=scales, **more)


_AMAZON = Layout(
    platform="amazon",
    rows="Transcript.*",
    text=("Content",),
    speaker=(("DisplayName", ""), ("ParticipantId", ""), ("ParticipantRole", "")),
    role=("ParticipantRole", "ParticipantId"),
    start=(("BeginOffsetMillis", "ms"), ("AbsoluteTime", "moment")),
    end=(("EndOffsetMillis", "ms"),),
    # Who joined and left; forms and buttons as JSON.
    only={"Type": ("MESSAGE",), "ContentType": ("text/plain", "text/markdown")},
    people=("Participants.*", "ParticipantId", "ParticipantRole"),
    language=("LanguageCode",),
    conversation=("CustomerMetadata.ContactId", "JobName"),
    channel_name="Channel",
)

KINDS: tuple[Kind, ...] = (
    _transcript(
        "genesys",
        ("transcripts.*.phrases",),
        Layout(
            platform="genesys",
            rows="transcripts.*.phrases.*",
            text=("decoratedText", "text"),
            speaker=(("participantPurpose", ""),),
            role=("participantPurpose",),
            start=(("startTimeMs", "ms"),),
            duration=(("duration.milliseconds", "ms"), ("durationMs", "ms")),
            origin=(("conversationStartTime", "ms"),),
            language=("transcripts.0.language",),
            conversation=("conversationId",),
            channel_name="mediaType",
        ),
    ),
    _transcript("contact_lens", ("Transcript.*", "Participants.*", "LanguageCode|Channel|Version"), _AMAZON),
    _transcript("call_analytics", ("Transcript.*", "ConversationCharacteristics|JobName"), _AMAZON),
    Kind(
        name="transcribe",
        keys=("results.items|results.channel_labels", "results.transcripts|results.speaker_labels|jobName"),
        read=read_transcribe,
    ),
    _transcript(
        "google_ccai",
        ("entries.*.role|entries.*.start_timestamp_usec|conversation_info", "entries.*"),
        Layout(
            platform="google",
            rows="entries.*",
            text=("text",),
            speaker=(("role", ""), ("user_id", "user")),
            role=("role",),
            start=(("start_timestamp_usec", "us"), ("startTimestampUsec", "us")),
        ),
    ),
    _transcript(
        "azure_batch",
        ("recognizedPhrases.*",),
        Layout(
            platform="azure",
            rows="recognizedPhrases.*",
            text=("nBest.0.display", "nBest.0.lexical"),
            speaker=(("speaker", "speaker"), ("nBest.0.speaker", "speaker"), ("channel", "channel")),
            start=(("offsetInTicks", "ticks"), ("offsetMilliseconds", "ms"), ("offset", "period")),
            duration=(("durationInTicks", "ticks"), ("durationMilliseconds", "ms"), ("duration", "period")),
            only={"recognitionStatus": ("Success",)},
            language=("recognizedPhrases.0.locale",),
        ),
    ),
    _transcript(
        "azure_fast",
        ("phrases.*", "combinedPhrases"),
        Layout(
            platform="azure",
            rows="phrases.*",
            text=("text",),
            speaker=(("speaker", "speaker"), ("channel", "channel")),
            start=(("offsetMilliseconds", "ms"), ("offsetInMs", "ms"), ("offset", "period")),
            duration=(("durationMilliseconds", "ms"), ("durationInMs", "ms"), ("duration", "period")),
            language=("phrases.0.locale",),
        ),
    ),
    Kind(name="deepgram", keys=("results.channels", "metadata|results.utterances"), read=read_deepgram),
    Kind(
        name="zendesk",
        keys=(
            "comments.*.author_id|ticket.comments.*.author_id|requester_id|ticket.requester_id",
            "comments.*.author_id|ticket.comments.*.author_id|description|ticket.description",
        ),
        read=read_zendesk,
        within=("tickets",),
        scales={"csat": (1, 5)},
    ),
    Kind(
        name="zendesk_survey",
        keys=(
            "answers.*.value|answers.*.rating|survey_response.answers",
            "survey_id|survey_version|survey.id|responder_id|survey_response.id",
        ),
        read=read_zendesk_survey,
        within=("survey_responses",),
        scales={"csat": (1, 5)},
    ),
    Kind(
        name="intercom",
        keys=("source.author|source.body|source.type", "conversation_parts"),
        read=read_intercom,
        within=("conversations", "data"),
        scales={"csat": (1, 5)},
    ),
    Kind(
        name="assemblyai",
        keys=("text", "words.*|utterances.*", "audio_url|audio_duration|acoustic_model|language_code"),
        read=read_assemblyai,
    ),
    _transcript(
        "whisper",
        ("segments.*.start", "segments.*.text|segments.*.end"),
        Layout(
            platform="whisper",
            rows="segments.*",
            text=("text",),
            speaker=(("speaker", "speaker"), ("words.0.speaker", "speaker")),
            start=(("start", "s"),),
            end=(("end", "s"),),
            language=("language",),
        ),
    ),
    _reviews(
        "app_store",
        ("attributes.rating", "attributes.body|attributes.title"),
        ReviewLayout(
            id=("id",),
            title=("attributes.title",),
            text=("attributes.body",),
            stars=("attributes.rating",),
            time=("attributes.createdDate",),
            reply=("response.responseBody",),
            attributes={"territory": ("attributes.territory",)},
        ),
        within=("data",),
        parts=_with_responses,
    ),
    _reviews(
        "trustpilot",
        ("stars|rating", "text|title", "companyReply|consumer.id|consumer.displayName|experiencedAt"),
        ReviewLayout(
            id=("id",),
            title=("title",),
            text=("text",),
            stars=("stars", "rating"),
            time=("createdAt", "publishedDate", "dates.publishedDate"),
            language=("language",),
            reply=("companyReply.text",),
        ),
        within=("reviews",),
    ),
    _reviews(
        "google_play",
        ("Star Rating", "Review Text", "Package Name"),
        ReviewLayout(
            title=("Review Title",),
            text=("Review Text",),
            stars=("Star Rating",),
            time=("Review Submit Millis Since Epoch", "Review Submit Date and Time"),
            language=("Reviewer Language",),
            reply=("Developer Reply Text",),
            attributes={"app": ("Package Name",), "version": ("App Version Name",), "device": ("Device",)},
        ),
    ),
    _reviews(
        "app_reviews",
        (
            "text|content|review",
            "rating|score|stars",
            "reviewId|thumbsUp|thumbsUpCount|replyText|replyContent|developerResponse|reviewCreatedVersion",
        ),
        ReviewLayout(
            id=("reviewId", "id"),
            title=("title",),
            text=("text", "content", "review"),
            stars=("rating", "score", "stars"),
            time=("reviewDate", "date", "at", "updated"),
            reply=("replyText", "replyContent", "developerResponse.body"),
            attributes={"version": ("version", "appVersion", "reviewCreatedVersion"), "app": ("appId",)},
        ),
        within=("reviews", "data", "results"),
    ),
)
