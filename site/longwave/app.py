"""create_app: the whole wiring on one screen."""
from flask import Flask
def create_app() -> Flask:
    return Flask(__name__)
