# One image for the web, the worker and beat; docker-compose.yml says which of them to be.
FROM python:3.11-slim-bookworm

RUN apt-get -q update \
    && DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-droid-fallback \
        libchromaprint-tools ca-certificates \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /srv/mediatrack
COPY requirements/tools.txt requirements/base.txt requirements/
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/tools.txt \
    && VIRTUAL_ENV=/srv/mediatrack/.venv .venv/bin/uv pip sync --no-cache --require-hashes \
        requirements/base.txt requirements/tools.txt

COPY . .
RUN useradd --system --home-dir /state mediatrack \
    && install -d -o mediatrack -g mediatrack -m 700 /state
USER mediatrack
ENV MEDIATRACK_STATE=/state PYTHONUNBUFFERED=1
VOLUME /state
EXPOSE 8000
CMD [".venv/bin/granian", "--interface", "wsgi", "--no-ws", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "1", "config.wsgi:application"]
