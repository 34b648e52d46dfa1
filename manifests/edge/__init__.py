"""The configuration of nginx in front of GCIS, made of the settings: `manage nginx_config`."""
