"""The site for tests of pages: the demo, an episode with everything that notes can have, and a real episode."""

from __future__ import annotations

import shutil
from pathlib import Path

from support import Site

ROOT = Path(__file__).parents[1]
NOTES = "/longwave/1-what-longwave-is"
EVERYTHING = "/longwave/8-everything-at-once"
LIVE = "/longwave/10-on-the-air"
REAL = "/podcast/2-a-video-based-aws-certificate-training-platform-called-exam-pro"

#: The paths of one page of each kind, and of unusual pages. Whoever adds a kind of page adds a line here.
PAGES = [
    "/",
    "/?page=2",
    "/longwave/",
    "/longwave/?page=2",
    "/letters/",
    NOTES,
    EVERYTHING,
    f"{EVERYTHING}?transcript=he",
    "/longwave/9-nothing-to-hear",
    LIVE,
    "/letters/1-on-keeping-your-own-archive",
    "/tags/",
    "/tags/python",
    "/guests/",
    "/guests/otto-lindqvist",
    "/guests/zed-nopicture",
    "/about",
    "/search",
    "/search?q=napkin",
    "/search?q=servers&tag=python",
    "/search?q=pythn",
    "/search?q=xylophonequartz",
    "/embed/longwave/1-what-longwave-is",
    "/nowhere",
]

_NOTES = """\
What a page of notes can hold, all in one place[^1], with a [link to a page](/about), `code`, <kbd>keys</kbd> and a
very-long-word-that-has-no-place-to-break-because-it-was-glued-together-by-somebody-who-never-saw-a-small-telephone.

![A picture that is wider than the page](/images/1024/letters.jpg)

## Show Notes

- 0:01 -- It begins
- 0:05 -- It goes on with `code`, *stress* and **more stress**
- 0:09 -- It ends

## A table

| Engine | Language | Licence | Since | What it is said to be good at | Its address |
|:-------|:--------:|--------:|------:|-------------------------------|-------------|
| Whoosh | Python   |     BSD |  2007 | Being understood              | https://whoosh.example.com/a/long/address |
| Lucene | Java     |  Apache |  1999 | Everything                    | https://lucene.example.com/a/long/address |

## Code

```python
def parse_seconds(text: str) -> int:
    return sum(int(part) * 60**power for power, part in enumerate(reversed(text.split(":"))))  # a line past the page
```

{% highlight bash %}
$ flask serve --host 0.0.0.0 --port 8080 --threads 8 && echo "a line that is longer than a telephone is wide"
{% endhighlight %}

> Somebody said this, and somebody else wrote it down.

1. First
   1. First of the first
   2. Second of the first
2. Second

Term
: What it means.

### A small heading

#### A smaller one

---

[^1]: And a footnote, with `code` in it.
"""


#: Settings of what a show's page has around its list of episodes: schedule, recommendations, publisher, discussion, AI.
_AROUND = """
update_frequency = "every Monday"
podroll = [{url = "https://tide.example.com/rss", title = "Tide & Time"}, "https://dock.example.com/rss"]
publisher = {url = "https://harbour.example.com/feed.xml", title = "Harbour <Radio>"}
social = ["https://mastodon.example.com/@air/110000000000000001"]
ai = ["cover"]
"""


def furnish(root: Path, real: Path | None) -> None:
    """Write the site's content below `root`; `real` is the real episode's file, if there is one."""
    shutil.copytree(ROOT / "content", root / "content")
    site = Site(root)
    settings = (root / "content" / "site.toml").read_text("utf-8")
    site.put("content/site.toml", f"per_page = 5\n{_AROUND}\n{settings}")
    sound = (root / "content" / "audio" / "longwave" / "1-what-longwave-is.mp3").read_bytes()
    guests = [
        {"name": "Zed Nopicture", "title": "Was never photographed", "website": "https://zed.example.com"},
        {"name": "Hana Sato", "avatar": "hana-sato.png"},
    ]
    site.episode(
        "2026-06-15-8-everything-at-once.md", "longwave", _NOTES, title="Everything at Once: “Quotes”, <Brackets> & More",
        description="An episode of everything that notes can hold.", guests=guests, tags=["C++", "C#", ".NET", "python"],
        hosts="Otto Lindqvist, Ann Nopicture", season=2, location=[{"name": "Oslo", "geo": "59.9,10.7"}, "Rome & Milan"],
        license="CC BY 4.0", funding={"Buy us a <coffee>": "https://coffee.example.com/?a=1&b=2"},
        sponsors=["Acme & Co", {"name": "Bolt", "url": "https://bolt.example.com", "text": "Bolts of every <kind>."}],
        chapters=[
            {"start": "0:01", "title": "The first"},
            {"start": "0:09.5", "title": "The <second>", "url": "https://zed.example.com/2", "image": "hana-sato.png"},
        ],
        subtitle="A few words <below> the title", youtube="dQw4w9WgXcQ", mastodon="@show@masto.example",
        image={"path": "letters.jpg", "alt": "A sheet of <letters>"},
    )  # fmt: skip
    site.put("content/audio/longwave/8-everything-at-once.mp3", sound)
    site.put("content/transcripts/longwave/8-everything-at-once.vtt", _transcript(200))
    hebrew = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Hana Sato>שלום לכולם.\n"
    site.put("content/transcripts/longwave/8-everything-at-once.he.vtt", hebrew)
    site.episode("2026-06-16-9-nothing-to-hear.md", "longwave", "Neither sound nor words.", title="Nothing to Hear")
    site.episode(
        "2026-06-14-10-on-the-air.md", "longwave", "A broadcast.", title="On the Air", ai=["script", "voice", "cover"],
        live={"start": "2036-12-05 20:00", "url": "https://stream.example.com/", "chat": "irc://irc.example.com/#air"},
        social=["https://mastodon.example.com/@air/110000000000000002", "https://bsky.app/profile/air.example.com/post/3k"],
        discuss={"The <forum>": "https://forum.example.com/"}, comments_url="https://example.com/comments",
    )  # fmt: skip
    if real is not None:
        site.put(f"content{REAL.replace('/2-', '/2019-11-18-2-')}.md", real.read_bytes())
        site.put(f"content/audio{REAL}.mp3", sound)


def _transcript(cues: int) -> str:
    texts = (
        f"{second // 60:02}:{second % 60:02}.000 --> {second // 60:02}:{second % 60:02}.900\n"
        f"<v {('Zed Nopicture', 'Hana Sato')[second // 7 % 2]}>What was said in second {second}, and a little more of it.\n"
        for second in range(cues)
    )
    return "WEBVTT\n\n" + "\n".join(texts)
