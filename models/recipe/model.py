"""The network: one BERT encoder, four heads on its token vectors.

- sentiment: three logits and one attention score a token; a passage's logits are the attention-weighted mean over its
  tokens, so that one pass gives the document, every segment, and how much each word carried (additive attention
  pooling, Yang et al. 2016);
- tags: aspect and opinion spans with polarity, one of seven classes each (outside, begin or inside x 3 polarities);
- pairs: projections whose dot product says whether an opinion belongs to an aspect;
- embedding: the mean of the token vectors, projected and L2-normalised.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 (PyTorch's own convention)
from transformers import BertConfig, BertModel

SENTIMENT = ("negative", "neutral", "positive")
TAGS = ("O", "B-negative", "B-neutral", "B-positive", "I-negative", "I-neutral", "I-positive")
PAIR_SIZE = 64


@dataclass
class Outputs:
    """Token-level outputs (batch, tokens, ...), the sentence embedding (batch, hidden), and the token vectors."""

    sentiment: Tensor
    aspects: Tensor
    opinions: Tensor
    pairs: Tensor
    embedding: Tensor
    hidden: Tensor


class FeedbackEncoder(nn.Module):
    """The shared encoder with its heads."""

    def __init__(self, bert: BertModel, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.bert = bert
        size = bert.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.sentiment_hidden = nn.Linear(size, size)
        self.sentiment_out = nn.Linear(size, len(SENTIMENT) + 1)
        self.tag_hidden = nn.Linear(size, size)
        self.tag_out = nn.Linear(size, 2 * len(TAGS))
        self.pair_out = nn.Linear(size, 2 * PAIR_SIZE)
        self.embedding_out = nn.Linear(size, size, bias=False)
        nn.init.eye_(self.embedding_out.weight)

    def forward(self, ids: Tensor, mask: Tensor) -> Outputs:
        """Run token ids (batch, tokens) with their mask through the encoder and all heads."""
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        dropped = self.dropout(hidden)
        sentiment = self.sentiment_out(F.gelu(self.sentiment_hidden(dropped)))
        tags = self.tag_out(F.gelu(self.tag_hidden(dropped)))
        weights = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)
        embedding = F.normalize(self.embedding_out(mean), dim=-1)
        aspects, opinions = tags.split(len(TAGS), dim=-1)
        return Outputs(sentiment, aspects, opinions, self.pair_out(hidden), embedding, hidden)


def load_run(run: Path) -> FeedbackEncoder:
    """Rebuild the network of a training run."""
    config = BertConfig.from_pretrained(run, attn_implementation="eager")
    model = FeedbackEncoder(BertModel(config, add_pooling_layer=False))
    model.load_state_dict(torch.load(run / "model.pt", weights_only=True))
    return model.eval()


def pool_sentiment(sentiment: Tensor, pools: Tensor) -> Tensor:
    """Pool token sentiment (batch, tokens, 4) over passages.

    Parameters
    ----------
    sentiment
        Three logits and the attention score of every token.
    pools
        Passages as 0/1 masks (batch, passages, tokens).

    Returns
    -------
    Tensor
        Logits (batch, passages, 3).
    """
    logits, score = sentiment[..., :-1].float(), sentiment[..., -1].float()
    attention = score.unsqueeze(1).masked_fill(pools == 0, -1e4).softmax(-1)
    return attention @ logits
