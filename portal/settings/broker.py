"""Brokers of providers (RabbitMQ), through which sealed letters may go: docs/decisions/amqp.md."""

from pathlib import Path

from portal.environ import Environ

env = Environ.load(Path(__file__).resolve().parent.parent.parent)

# Hosts whose broker may be spoken to without TLS, and may have a private address: this machine's own.
AMQP_PLAIN_HOSTS = env.words("AMQP_PLAIN_HOSTS")
