"""The Content-Security-Policy, which lets pages load from the origins that the owner has allowed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from support import Site

from longwave.web import headers
from longwave.web.request_context import KEEPER

Open = Callable[[], FlaskClient]
STRICT = (
    "default-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


def test_every_answer_has_the_headers(site: Site, open_client: Open) -> None:
    """The headers of pages, errors and files forbid foreign origins, MIME sniffing, and the camera."""
    site.episode()
    client = open_client()
    for path in ("/", "/podcast/1-first", "/nowhere", "/search.json?q=a", "/favicon.ico", "/images/64/no.png"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == STRICT, path
        assert {"camera=()", "geolocation=()", "microphone=()"} <= set(headers["Permissions-Policy"].split(", "))
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_keeps_its_own_policy(site: Site, open_client: Open) -> None:
    """An SVG's CSP forbids its own scripts, whatever pages allow; other pictures have the site's CSP."""
    site.episode()
    site.put("content/site.toml", 'public = ["images/a.svg"]')
    site.put("content/images/a.svg", '<svg xmlns="http://www.w3.org/2000/svg"/>')
    (site.root / "content/images/b.png").write_bytes(b"")
    Image.new("RGB", (9, 9)).save(site.root / "content/images/b.png")
    client = open_client()
    assert "sandbox" in client.get("/images/full/a.svg").headers["Content-Security-Policy"]
    assert client.get("/images/full/b.png").headers["Content-Security-Policy"] == STRICT


def test_a_refused_picture_has_no_type(site: Site, open_client: Open) -> None:
    """A 412 or 416 response for a picture is empty and has no Content-Type."""
    site.put("content/site.toml", 'public = ["images/a.svg"]')
    site.put("content/images/a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    client = open_client()
    for status, given in ((412, {"If-Match": '"x"'}), (416, {"Range": "bytes=9999-"})):
        answer = client.get("/images/full/a.svg", headers=given)
        assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (status, b"", None)


def test_the_policy_names_what_the_owner_allows(site: Site, open_client: Open) -> None:
    """The CSP allows site.toml's origins for pictures and frames, and the origins of published audio for audio only."""
    site.put("content/site.toml", '[security]\nallow = ["https://www.youtube-nocookie.com", "https://*.img.example"]\n')
    site.episode("1-a.md", date="2026-01-01", audio="https://Media.example/a.mp3")
    site.episode("2-b.md", date="2026-01-02", audio="https://cdn.example:8443/b.mp3")
    site.episode("3-c.md", date="2026-01-03", audio="https://hidden.example/c.mp3", draft=True)
    policy = open_client().get("/").headers["Content-Security-Policy"]
    allowed = "https://www.youtube-nocookie.com https://*.img.example"
    assert f"; img-src 'self' data: {allowed}; " in policy
    assert f"; media-src 'self' https://cdn.example:8443 https://media.example {allowed}; " in policy
    assert f"; frame-src 'self' {allowed}; " in policy


def test_the_policy_follows_the_edition(
    site: Site, open_client: Open, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    """A change of the allowed origins in site.toml applies to the CSP once it is published."""
    site.episode()
    client = open_client()
    assert client.get("/").headers["Content-Security-Policy"] == STRICT
    site.put("content/site.toml", '[security]\nallow = ["https://img.example"]\n')
    assert site.run("reindex").returncode == 0
    eventually(lambda: "https://img.example" in client.get("/").headers["Content-Security-Policy"])


def test_the_policy_of_a_page_that_others_may_frame(site: Site, open_client: Open) -> None:
    """``headers.policy`` can let any site frame a page; an app without an edition has a CSP without other origins."""
    site.put("content/site.toml", '[security]\nallow = ["https://img.example"]\n')
    site.episode()
    app = Flask(__name__)
    headers.init_app(app)
    app.add_url_rule("/", "home", lambda: "Hello")
    assert app.test_client().get("/").headers["Content-Security-Policy"] == STRICT
    edition = open_client().application.extensions[KEEPER].edition()
    assert "; img-src 'self' data: https://img.example; " in headers.policy(edition, "*")
    assert headers.policy(edition, "*").endswith("; frame-ancestors *")


def check(site: Site) -> list[str]:
    """Return the warnings of ``longwave check`` about origins."""
    done = site.run("check")
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if "an origin that the site allows" in line]


def test_the_check_tells_what_will_be_blocked(site: Site) -> None:
    """`longwave check` warns once for each file and each forbidden origin whose content the file embeds."""
    site.put("content/site.toml", 'url = "https://pod.example"\nimage = "https://cover.example/c.png"\n')
    site.put(
        "content/guests/ann.md",
        "---\nname: Ann\navatar: https://faces.example/a.png\n---\n\n![](//more.example/b.png)\n",
    )
    site.put("content/tags/aws.md", '---\ntitle: AWS\n---\n\n<video src="https://film.example/f.mp4"></video>\n')
    site.put("content/pages/about.md", "---\ntitle: About\n---\n\n![Us][us]\n\n[us]: https://page.example/us.png\n")
    site.put("content/includes/box.html", '<iframe src="https://{{ include.host }}/embed"></iframe>')
    site.episode(
        image="https://cover.example/1.png", guests=[{"name": "Ann", "avatar": "https://faces.example/1.png"}],
        body="One.\n\n![a](https://a.example/1.png) ![b](https://a.example/2.png)\n\n"
        '{% include box.html host="frames.example" %}\n\n<audio src="https://noise.example/n.mp3"></audio>',
    )  # fmt: skip
    lines = check(site)
    assert [line.partition(": warning")[0] for line in lines] == [
        "content/guests/ann.md:3",
        "content/guests/ann.md:6",
        "content/pages/about.md:7",
        "content/podcast/2026-01-02-1-first.md",
        "content/podcast/2026-01-02-1-first.md:3",
        "content/podcast/2026-01-02-1-first.md:4",
        "content/podcast/2026-01-02-1-first.md:9",
        "content/podcast/2026-01-02-1-first.md:13",
        "content/site.toml:2",
        "content/tags/aws.md:5",
    ]
    assert lines[2].endswith(
        'expected an origin that the site allows, found https://page.example. '
        'Add "https://page.example" to allow in [security] of site.toml.'
    )  # fmt: skip
    assert "frames.example" in lines[3]


def test_the_check_tells_that_no_foreign_script_runs(site: Site) -> None:
    """`longwave check` warns of a script of another host in notes, allowed or not, unless the sanitizer removes it."""
    site.put("content/site.toml", '[security]\nallow = ["https://widgets.example"]\n')
    site.episode(body='One.\n\n<script async src="https://widgets.example/w.js"></script>\n')
    assert (
        "expected no script from elsewhere, as pages run none, found https://widgets.example"
        in site.run("check").stdout
    )
    site.put("content/site.toml", 'html = "safe"\n')
    assert "widgets.example" not in site.run("check").stdout


def test_the_check_is_silent_about_what_is_allowed(site: Site) -> None:
    """`longwave check` doesn't warn of the site's own address, its audio's origin, plain links and code."""
    site.put("content/site.toml", 'url = "https://pod.example"\n[security]\nallow = ["https://*.img.example"]\n')
    site.put("content/images/here.png", b"")
    site.episode(
        audio="https://media.example/a.mp3", image="https://x.img.example/1.png",
        body="![a](https://y.img.example/2.png) ![b](https://pod.example/images/full/here.png) ![c](/images/full/here.png)\n\n"
        '<audio src="https://media.example/b.mp3"></audio>\n\n[link](https://other.example)\n\n'
        '```html\n<iframe src="https://code.example/x"></iframe>\n```\n\n`![d](https://code.example/d.png)`\n\n'
        "<!-- <img src='https://code.example/e.png'> -->",
    )  # fmt: skip
    assert check(site) == []


def test_a_picture_from_where_the_audio_lies_is_still_blocked(site: Site) -> None:
    """The CSP allows audio from the origin of the audio files, but no pictures."""
    site.put("content/site.toml", 'url = "https://pod.example"\n')
    site.episode(audio="https://media.example/a.mp3", body='<video src="https://media.example/v.mp4" poster="https://media.example/p.png"></video>')  # fmt: skip
    assert len(check(site)) == 1
