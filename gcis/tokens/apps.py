from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "gcis.tokens"
    label = "tokens"
