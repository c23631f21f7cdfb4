# The HTTP service. Building needs a package index; the image itself needs no network.
#
#   docker build -t cxtext .
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -p 8765:8765 \
#       --env CXTEXT_API_KEYS=crm:$(openssl rand -hex 24) cxtext

FROM python:3.11-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE CHANGELOG.md ./
COPY cxtext cxtext
COPY models models
# Compiled now: later there is nowhere to write to but /tmp, where a model is unpacked while the service starts.
RUN python -m venv /opt/cxtext \
    && /opt/cxtext/bin/pip install --no-cache-dir --compile -c constraints.txt ".[service]" \
    && /opt/cxtext/bin/python -m compileall -q /opt/cxtext/lib

FROM python:3.11-slim
COPY --from=build /opt/cxtext /opt/cxtext
ENV PATH=/opt/cxtext/bin:$PATH \
    HF_HUB_OFFLINE=1 \
    ORT_DISABLE_TELEMETRY=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# A number, so that an orchestrator can see that it is not root; it owns nothing and needs no home.
USER 10001:10001
WORKDIR /
EXPOSE 8765
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD \
    ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8765/readyz', timeout=2)"]
ENTRYPOINT ["python", "-m", "cxtext.serve", "--host", "0.0.0.0"]
