# One image for every service of docker-compose.yml: the locked packages, our code, an ordinary user.
FROM python:3.11-slim
RUN useradd --create-home --uid 50000 doorstroom \
    && install --directory --owner=doorstroom /opt/doorstroom /opt/doorstroom/.demo /var/lib/doorstroom
WORKDIR /opt/doorstroom
COPY requirements.txt .
RUN pip install --no-cache-dir --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
COPY --chown=doorstroom . .
USER doorstroom
ENV DOORSTROOM_STATE=/var/lib/doorstroom PYTHONUNBUFFERED=1
ENTRYPOINT ["python", "-m", "doorstroom"]
CMD ["up"]
