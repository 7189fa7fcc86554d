"""The audio and pictures that are served: only those to which a published text or feed refers."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from PIL import Image
from support import Server, Site, serving, wait_until

from longwave.config import read_settings
from longwave.edition.build.builder import build_edition
from longwave.edition.serve.edition import Edition, open_current
from longwave.edition.store.index_folder import IndexFolder

Open = Callable[[], FlaskClient]
Publish = Callable[[], Edition]
Eventually = Callable[..., None]
LATER = {"date": "2999-01-01"}


@pytest.fixture
def publish(site: Site) -> Iterator[Publish]:
    """Yield a function that builds an edition of the site's folder and returns it, opened."""
    editions: list[Edition] = []

    def publish_it() -> Edition:
        settings = read_settings({}, site.root)
        build_edition(settings)
        editions.append(open_current(IndexFolder(settings.index), settings.content))
        return editions[-1]

    yield publish_it
    for edition in editions:
        edition.close()


def lay(site: Site, *names: str) -> None:
    """Write files at these paths in content/: real pictures below images/, and a placeholder text for other files."""
    for name in names:
        path = site.root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("images/") and not name.endswith(".svg"):
            Image.new("RGB", (8, 8), "teal").save(path)
        else:
            path.write_text(f"<svg>{name}</svg>")


def address(name: str) -> str:
    """Return the address at which a file below content/ would be served."""
    return quote(name.replace("images/", "/images/full/", 1) if name.startswith("images/") else f"/{name}")


def statuses(client: FlaskClient | Server, *names: str) -> set[int]:
    """Return the statuses of requests for files below content/."""
    if isinstance(client, FlaskClient):
        return {client.get(address(name)).status_code for name in names}
    return {client.get(address(name)).status for name in names}


# The published files, by the kind of reference to each; every site in these tests has at least the first two.
NAMED = {
    "enclosure": "audio/podcast/1-first.mp3",
    "alternate": "audio/podcast/1-first.opus",
    "cover": "images/episode.png",
    "avatar": "images/avatars/ada.png",
    "key": "images/key.png",
    "picture": "images/shown.png",
    "drawing": "images/drawing.svg",
    "link": "audio/podcast/slides.pdf",
    "film": "audio/podcast/film.webm",
    "poster": "images/poster.jpg",
    "track": "audio/podcast/film.vtt",
    "srcset": "images/wide.png",
    "footnote": "images/footnote.png",
    "snippet": "images/snippet.png",
    "show": "images/show.png",
    "host": "images/host.png",
    "site": "images/site.png",
    "menu": "audio/podcast/trailer.mp3",
    "guest": "images/guests/ada.jpg",
    "biography": "images/biography.png",
    "tag": "images/tag.png",
    "page": "images/page.png",
    "theme": "images/theme.png",
    "template": "images/template.png",
    "moved": "images/moved.png",
    "press": "images/press/kit.png",
    "any": "audio/podcast/any/deep/1.mp3",
}
UNNAMED = (
    "audio/podcast/goal.mp3",
    "audio/podcast/secret-unaired.mp3", "audio/podcast/2-draft.mp3", "audio/podcast/3-later.mp3",
    "audio/podcast/draft.opus", "audio/podcast/of-draft.mp3", "audio/podcast/0-hidden.mp3", "audio/podcast/9-broken.mp3",
    "audio/podcast/of-broken.mp3", "audio/letters/1-first.mp3", "images/draft.png", "images/in-draft.png",
    "images/later.png", "images/avatars/bob.png", "images/of-bob.png", "images/of-tag.png", "images/comment.png",
    "images/code.png", "images/liquid.png", "images/press/deep/kit.png", "images/full/site.png", "images/in-broken.png",
    "images/press.png", "images/elsewhere.png", "images/commented.png", "images/unshown.png",
)  # fmt: skip


@pytest.fixture
def furnished(site: Site) -> Site:
    """Return a site with every kind of reference to files, in published and in unpublished texts."""
    lay(site, *NAMED.values(), *UNNAMED)
    site.put(
        "content/site.toml",
        'title = "T"\nurl = "https://pod.example.com"\nimage = "site.png"\n'
        'public = ["images/press/*", "audio/*/any/**"] # /images/full/commented.png\n'
        'navigation = [{label = "Trailer", url = "/audio/podcast/trailer.mp3"}]\n'
        '[redirects]\n"/assets/{name}" = "/uploads/{name}"\n"/uploads/{name}" = "/images/full/{name}"\n"/a" = "/b"\n"/b" = "/a"\n'
        '"/old.mp3" = "https://pod.example.com/audio/podcast/goal.mp3"\n'
        '[shows.podcast]\nimage = "show.png"\nhosts = [{name = "Hal", image = "host.png"}]\n',
    )
    site.put("content/includes/note.html", '<img src="/images/512/snippet.png" alt="">')
    site.episode(
        body="""![S](/images/512/shown.png) ![D](../images/full/drawing.svg) [P](https://pod.example.com/audio/podcast/slides.pdf)
![M](/assets/moved.png) [C](/a) [T](/tags/go) [A](/podcast/9-broken)
![E](https://other.example.com/images/full/elsewhere.png) `/images/full/code.png` [^1] {% include note.html %}
{% comment %}![L](/images/full/liquid.png){% endcomment %}<!-- <img src="/images/full/comment.png"> -->

<video src="/audio/podcast/film.webm" poster="/images/full/poster.jpg"><track src="/audio/podcast/film.vtt"></video>
<img srcset="/images/1024/wide.png 2x" alt="">

[^1]: ![F](/images/64/footnote.png)
""",
        image="episode.png",
        guest="Ada",
        guest_avatar="ada.png",
        tags=["go"],
        alternates=["1-first.opus"],
        mood={"picture": "/images/full/key.png", "unshown": "unshown.png"},
    )
    for name, more in (("2-draft.md", {"draft": True}), ("3-later.md", LATER), ("_drafts/0-hidden.md", {})):
        site.episode(
            name,
            body="![I](/images/full/in-draft.png) [A](/audio/podcast/of-draft.mp3)",
            image="later.png" if more == LATER else "draft.png",
            guests=[{"name": "Bob", "avatar": "bob.png"}],
            tags=["secret"],
            alternates=["draft.opus"],
            **more,
        )
    site.episode("9-broken.md", body="![I](/images/full/in-broken.png) of-broken.mp3 {% if", tags=["go"])
    site.put("content/guests/ada.md", "---\nname: Ada\navatar: guests/ada.jpg\n---\n![B](/images/full/biography.png)\n")
    site.put("content/guests/bob.md", "---\nname: Bob\navatar: bob.png\n---\n![B](/images/full/of-bob.png)\n")
    site.put("content/tags/go.md", "---\ntitle: Go\n---\n![T](/images/full/tag.png)\n")
    site.put("content/tags/secret.md", "---\ntitle: Secret\n---\n![T](/images/full/of-tag.png)\n")
    site.put("content/pages/about.md", "---\ntitle: About\n---\n![P](images/full/page.png)\n")
    site.put("content/theme.css", "body { background: url(/images/full/theme.png) }")
    site.put("templates/parts/own.html", '<img src="{{ base }}/images/256/template.png">')
    return site


def test_all_that_is_published_is_served_and_nothing_else(furnished: Site, publish: Publish, open_client: Open) -> None:
    """An edition lists exactly the files to which something published refers, and requests get no others."""
    assert publish().served == set(NAMED.values())
    client = open_client()
    assert statuses(client, *NAMED.values()) == {200}
    assert statuses(client, *UNNAMED) == {404}
    for size in ("64", "1024"):
        assert client.get(f"/images/{size}/shown.png").status_code == 200
        assert client.get(f"/images/{size}/draft.png").status_code == 404


def test_nothing_else_of_what_is_unpublished_is_anywhere(furnished: Site, open_client: Open) -> None:
    """Pages, players, transcripts and chapters of drafts, and tags and guests that only drafts have, are 404."""
    for name in ("2-draft", "3-later", "0-hidden"):
        furnished.put(f"content/transcripts/podcast/{name}.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nPsst.\n")
        furnished.put(f"content/chapters/podcast/{name}.json", '{"chapters": [{"startTime": 1, "title": "Psst"}]}')
    client = open_client()
    for name in ("2-draft", "3-later", "0-hidden", "9-broken"):
        page = f"/podcast/{name}"
        parts = ("transcript.vtt", "transcript.srt", "transcript.json", "transcript.html", "chapters.json")
        for path in (
            page,
            f"/embed{page}",
            f"/oembed?url=https://pod.example.com{page}",
            *(f"{page}/{p}" for p in parts),
        ):
            assert client.get(path).status_code == 404, path
    for path in ("guests/bob", "tags/secret"):
        for page in (f"/{path}", f"/{path}/feed.xml", f"/{path}/feed.json"):
            assert client.get(page).status_code == 404, page
    for path in ("transcripts/podcast/2-draft.vtt", "content/podcast/2-draft.md", "includes/note.html", "site.toml"):
        assert client.get(f"/{path}").status_code == 404, path


@pytest.mark.parametrize("environment", [{}, {"LONGWAVE_SENDFILE": "X-Accel-Redirect=/protected/audio"}])
def test_before_and_after(
    site: Site, serve: Callable[..., Server], eventually: Eventually, environment: dict[str, str]
) -> None:
    """A file is served or withdrawn only by a new edition, after its episode was published, unpublished or renamed."""
    sound, picture, other = "audio/podcast/1-first.mp3", "images/a.png", "audio/podcast/2-other.mp3"
    draft = {"body": "![A](/images/full/a.png)", "draft": True}
    site.put("content/site.toml", '[redirects]\n"/audio/podcast/1-first.mp3" = "/audio/podcast/2-other.mp3"\n')
    site.episode("2026-01-01-7-seventh.md")
    path = site.episode(**draft)
    lay(site, sound, picture, other)
    server = serve(**environment)

    def reindexed(*command: str) -> str:
        before = server.get("/ready").json["edition"]
        done = site.run("reindex", *command)
        eventually(lambda: server.get("/ready").json["edition"] != before)
        return done.stdout

    # The redirect from site.toml applies to an unpublished audio file, but its target isn't published either.
    assert (statuses(server, sound), statuses(server, picture, other)) == ({301}, {404})
    site.episode(**draft | {"draft": False})
    assert statuses(server, sound, picture) == {301, 404}, "saved and not yet reindexed"
    assert "No longer served" not in reindexed()
    assert statuses(server, sound, picture) == {200}
    site.episode(**draft)
    assert statuses(server, sound, picture) == {200}, "still published"
    assert f"No longer served: content/{sound}\nNo longer served: content/{picture}\n" in reindexed()
    assert statuses(server, sound, picture) == {301, 404}
    path.unlink()
    assert "No longer served" not in reindexed("--full")
    assert statuses(server, sound, picture) == {301, 404}, "a draft that is deleted leaves its sound to nobody"
    site.episode("2026-01-02-2-other.md", body=draft["body"])
    reindexed()
    assert statuses(server, other, picture) == {200}
    path = site.root / "content/podcast/2026-01-02-2-other.md"
    path.rename(path.with_name("2026-01-02-3-renamed.md"))
    assert f"No longer served: content/{other}\n" in reindexed()
    assert (statuses(server, other), statuses(server, picture)) == ({404}, {200})


def test_a_file_that_comes_later_waits_for_an_edition(site: Site, publish: Publish) -> None:
    """A picture that is written after the page that shows it is served from the next edition on."""
    site.episode(body="![A](/images/full/a.png)")
    before = publish()
    lay(site, "images/a.png")
    assert before.served == frozenset()
    after = publish()
    assert after.served == {"images/a.png"}
    assert after.fingerprint != before.fingerprint


def test_what_breaks_keeps_what_it_had(site: Site, publish: Publish) -> None:
    """The files of a broken episode's last good version are served; those that only the broken file names aren't."""
    names = "audio/podcast/1-first.mp3", "images/a.png", "audio/podcast/after.mp3", "images/after.png"
    lay(site, *names)
    site.episode(body="![A](/images/full/a.png)")
    assert publish().served == set(names[:2])
    site.episode(body="![A](/images/full/after.png)", audio="after.mp3", date="soon")
    assert publish().served == set(names[:2])


def test_a_sound_that_nobody_can_read_is_still_its_episodes(site: Site, publish: Publish) -> None:
    """An audio file of a published episode is served whatever its content."""
    lay(site, "audio/podcast/odd.mp3", "audio/podcast/secret.mp3")
    site.episode(audio="odd.mp3")
    site.episode("2-draft.md", draft=True, audio="secret.mp3")
    assert publish().served == {"audio/podcast/odd.mp3"}


@pytest.mark.parametrize(
    "written",
    [
        "![It](/images/512/it%20is%20(1).png)", "![It](</images/512/it is (1).png>)", "<img src='/images/512/it is (1).png'>",
        '<img src="/images/512/it&#32;is (1).png">', "{% image 'it is (1).png' %}", "[It](/images/512/it%20is%20%281%29.png)",
    ],
)  # fmt: skip
def test_a_file_is_one_however_it_is_written(site: Site, publish: Publish, written: str) -> None:
    """A picture to which notes refer is served, whichever of the equivalent spellings of its address they have."""
    lay(site, "images/it is (1).png")
    site.episode(body=written)
    assert publish().served == {"images/it is (1).png"}


def _spellings(name: str) -> set[str]:
    """Return a name in other letter cases and Unicode normal forms."""
    forms = [unicodedata.normalize(form, name) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    cases = (str, str.upper, str.lower, str.title, str.swapcase, str.casefold)
    return {case(form) for form in forms for case in cases} - {name}


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("unpublished", [{"draft": True}, LATER])
def test_one_spelling_of_a_name_answers(
    site: Site, open_client: Open, mp3: Path, form: str, unpublished: dict[str, object]
) -> None:
    """On a disk that ignores case and normal form, files are served only as pages and feeds spell their names."""
    sound, secret, picture, hidden = (
        unicodedata.normalize(form, name)
        for name in ("7-Café Ångström.mp3", "8-Sécret Ďraft.mp3", "Ünï.png", "Psßt é.png")
    )
    lay(site, f"audio/podcast/{sound}", f"audio/podcast/{secret}", f"images/{picture}", f"images/{hidden}")
    site.episode("2026-01-01-7-out.md", audio=sound, body=f"![It](/images/full/{quote(picture)})")
    site.episode(
        "2026-01-01-8-in.md", audio=secret, image=hidden, body=f"[It](/audio/podcast/{quote(secret)})", **unpublished
    )
    for folder, name in (("audio/podcast", sound), ("audio/podcast", secret), ("images", picture), ("images", hidden)):
        for other in _spellings(name):
            (site.root / "content" / folder / other).hardlink_to(site.root / "content" / folder / name)
    site.put(f"content/audio/podcast/{sound}", mp3.read_bytes())
    (site.root / "content/audio/Podcast").symlink_to("podcast")
    client = open_client()
    assert f'src="{address(f"audio/podcast/{sound}")}"' in client.get("/podcast/7-out").text
    assert statuses(client, f"audio/podcast/{sound}", f"images/{picture}") == {200}
    wrong = [f"audio/podcast/{name}" for name in (secret, *_spellings(sound), *_spellings(secret))]
    wrong += [f"images/{name}" for name in (hidden, *_spellings(picture), *_spellings(hidden))]
    wrong += [f"audio/Podcast/{sound}", f"audio/PODCAST/{sound}"]
    assert statuses(client, *wrong) == {404}


def test_a_page_and_its_file_are_spelt_alike(site: Site, open_client: Open) -> None:
    """A picture that notes spell in another normal form than the disk is served under the notes' spelling only."""
    composed, apart = (unicodedata.normalize(form, "café.png") for form in ("NFC", "NFD"))
    lay(site, f"images/{apart}")
    site.episode(body=f"![It](/images/full/{composed})")
    client = open_client()
    assert (statuses(client, f"images/{composed}"), statuses(client, f"images/{apart}")) == ({200}, {404})
    assert "/images/full/" not in site.run("check").stdout


def test_a_preview_serves_drafts_and_nothing_else(furnished: Site) -> None:
    """A preview also serves the files to which drafts refer, and no others."""
    with serving(furnished.root, command="preview") as preview:
        assert statuses(preview, *NAMED.values()) == {200}
        shown = ("2-draft.mp3", "3-later.mp3", "0-hidden.mp3", "draft.opus", "of-draft.mp3")
        assert statuses(preview, *(f"audio/podcast/{name}" for name in shown)) == {200}
        assert statuses(preview, *(f"images/{name}.png" for name in ("draft", "avatars/bob", "of-bob", "of-tag"))) == {
            200
        }
        assert statuses(preview, "audio/podcast/secret-unaired.mp3", "images/comment.png", "images/press.png") == {404}


def test_a_proxy_is_told_of_published_files_only(furnished: Site, serve: Callable[..., Server]) -> None:
    """An unpublished audio file is a 404 without the sendfile header for the reverse proxy."""
    server = serve(LONGWAVE_SENDFILE="X-Sendfile")
    # Longwave sends a file itself, not by the proxy, while the file is so new that it has no Last-Modified yet.
    wait_until(lambda: server.get(address(NAMED["enclosure"])).headers["X-Sendfile"])
    for name in UNNAMED:
        answer = server.get(address(name))
        assert (answer.status, answer.headers["X-Sendfile"]) == (404, None)


def test_the_first_reindex_names_what_an_older_longwave_served(furnished: Site) -> None:
    """The first reindex reports the files that an older version of Longwave served and this one doesn't."""
    assert "No longer served" not in furnished.run("reindex").stdout
    index = IndexFolder(furnished.root / "index")
    with sqlite3.connect(index.editions / index.current() / "edition.sqlite") as old:
        old.execute("update meta set value = '\"5.1\"' where name = 'format'")
        old.execute("drop table served")
    old.close()
    lines = furnished.run("reindex").stdout.splitlines()
    assert lines[:-1] == sorted(f"No longer served: content/{name}" for name in UNNAMED)
    assert "No longer served" not in furnished.run("reindex").stdout


def test_many_files_are_named_by_folder(site: Site) -> None:
    """Many files that are no longer served are reported as a number for each folder."""
    names = [f"audio/podcast/{number:03}.mp3" for number in range(200)]
    lay(site, *names, "audio/letters/1.mp3", "images/kits/a.svg", *(f"audio/{n}/1.mp3" for n in range(10)))
    site.put("content/site.toml", 'public = ["images/**", "audio/**"]')
    site.episode()
    site.run("reindex")
    site.put("content/site.toml", 'public = ["audio/3/*"]')
    lines = [line for line in site.run("reindex").stdout.splitlines() if "No longer" in line]
    assert len(lines) == 12
    assert "No longer served: content/audio/podcast/ (200 files: 000.mp3, 001.mp3, 002.mp3, …)" in lines
    assert "No longer served: content/images/kits/a.svg" in lines


def test_another_format_of_an_edition_withdraws_nothing(furnished: Site) -> None:
    """After an edition in another format, only files that it served and the new one doesn't are reported."""
    furnished.run("reindex")
    index = IndexFolder(furnished.root / "index")
    with sqlite3.connect(index.editions / index.current() / "edition.sqlite") as old:
        old.execute("update meta set value = '\"0.0\"' where name = 'format'")
    old.close()
    (furnished.root / "content/theme.css").unlink()
    lines = furnished.run("reindex").stdout.splitlines()
    assert lines[:-1] == ["No longer served: content/images/theme.png"]


def test_a_server_that_publishes_says_what_it_withdraws(site: Site, serve: Callable[..., Server]) -> None:
    """A server that publishes an edition at its start logs the files that are no longer served."""
    lay(site, "audio/podcast/1-first.mp3")
    path = site.episode()
    site.run("reindex")
    path.unlink()
    assert "No longer served: content/audio/podcast/1-first.mp3" in serve().started


def test_no_address_stops_a_site(site: Site, publish: Publish) -> None:
    """No malformed address in an episode's notes stops the publication."""
    lay(site, "images/a.png")
    odd = ["/images/64/" + "a/" * 900 + "a.png", "/images/64/" + "../" * 500 + "a.png", "/images/64/%00.png", "/images/64/%ff.png",
           "//[", "http://[::1", "/images/64/a.png" + "%" * 100, "\\images\\64\\a.png", "?" * 900, "/audio//", "/audio/p/\ud7ff"]  # fmt: skip
    site.episode(
        body="\n".join(f"![It]({address})\n<img src='{address}'>" for address in odd) + "![It](/images/64/a.png)"
    )
    assert publish().served == {"images/a.png"}


def test_links_out_of_the_folder_stay_closed(site: Site, publish: Publish, tmp_path: Path) -> None:
    """A symbolic link out of content/ is never served."""
    (tmp_path / "secret.png").write_bytes(b"x")
    lay(site, "images/a.png")
    (site.root / "content/images/out.png").symlink_to(tmp_path / "secret.png")
    (site.root / "content/images/out").symlink_to(tmp_path)
    site.put("content/site.toml", 'public = ["images/**"]\nimage = "out.png"\n')
    site.episode(body="![O](/images/full/out.png) ![O](/images/full/out/secret.png) ![O](/images/full/../../site.toml)")
    assert publish().served == {"images/a.png"}


def test_a_file_that_becomes_a_link_stays_closed(site: Site, open_client: Open, tmp_path: Path) -> None:
    """The address of a served file is a 404 once the file or its folder becomes a symbolic link out of content/."""
    (tmp_path / "out").mkdir()
    for name in ("out/1-first.mp3", "out/a.svg"):
        (tmp_path / name).write_bytes(b"secret")
    lay(site, "audio/podcast/1-first.mp3", "images/a.svg")
    site.episode(image="a.svg")
    client, content = open_client(), site.root / "content"
    assert statuses(client, "audio/podcast/1-first.mp3", "images/a.svg") == {200}
    (content / "audio/podcast").rename(content / "audio/away")
    (content / "audio/podcast").symlink_to(tmp_path / "out")
    (content / "images/a.svg").unlink()
    (content / "images/a.svg").symlink_to(tmp_path / "out/a.svg")
    assert statuses(client, "audio/podcast/1-first.mp3", "images/a.svg") == {404}


@pytest.mark.parametrize(
    "pattern",
    ["/images/press/*", "press/*", "images", "images/", "images//x", "images/../x", "content/images/x", "audio/.x"],
)
def test_a_pattern_that_says_nothing_is_told(site: Site, publish: Publish, pattern: str) -> None:
    """Invalid patterns in site.toml's `public` are ignored, and reported with their line and what was expected."""
    lay(site, "images/press/a.png")
    site.put("content/site.toml", f'title = "T"\npublic = ["{pattern}"]\n')
    site.episode()
    edition = publish()
    assert edition.served == frozenset()
    assert any(
        "site.toml:2: expected a pattern of files in content/images or content/audio" in p for p in edition.problems
    )


def test_an_edition_lists_its_files_for_every_process(furnished: Site, publish: Publish) -> None:
    """Every process reads the same list of served files from an edition."""
    done = furnished.run_program("reindex")
    assert done.returncode == 0, done.stderr
    made = publish().served
    assert made == set(NAMED.values())
    assert publish().fingerprint == IndexFolder(furnished.root / "index").current()
