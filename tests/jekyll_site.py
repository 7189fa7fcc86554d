"""A Jekyll podcast site with the features of real ones: two shows, drafts, tags, transcripts, and known oddities."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CONFIG = """\
title: "Running on Air"
description: >-
  Talks about what runs in production, and on air.
url: "https://onair.example"
baseurl: ""
timezone: "America/New_York"
lang: "en"
author:
  name: "Ann Lee"
  email: "ann@onair.example"
discord_url: "https://discord.example/onair"
twitter_username: "onair"
podcast:
  category: "Technology"
  explicit: false
  image: "/assets/images/cover.png"
  apple_url: "https://podcasts.apple.example/onair"
  spotify_url: "https://open.spotify.example/onair"
permalink: "{permalink}"
markdown: kramdown
plugins: [jekyll-feed]
exclude: [README.md]
sass: {style: compressed}
defaults:
  - scope: {path: "", type: posts}
    values: {layout: default}
"""
FEED = """\
---
layout: null
permalink: "{address}"
---
<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel>
<title>{{ site.title | xml_escape }}</title>
<link>{{ site.url }}</link>
{% assign shown = site.posts | where: "category", "podcast" %}
{% for post in shown %}
{% assign number = post.slug | split: "-" | first %}
<item>
  <title>{{ post.title | xml_escape }}</title>
  <link>{{ post.url | absolute_url }}</link>
  <guid isPermaLink="false">{guid}</guid>
  <pubDate>{{ post.date | date_to_rfc822 }}</pubDate>
  {% if post.mp3_bytes %}<enclosure url="{{ site.url }}/assets/audio/on-air-{{ number }}.mp3"
    length="{{ post.mp3_bytes }}" type="audio/mpeg"/>{% endif %}
</item>
{% endfor %}
</channel>
</rss>
"""
LAYOUT = """\
<!doctype html><html><head><title>{{ page.title }}</title></head>
<body>{% include header.html %}<main>{{ content }}</main></body></html>
"""
SERVICES = """\
{% assign all = site.pages | where: "layout", "tag" %}<ul class="services">{% for tag in page.tags %}
<li><a href="/tags/{{ tag }}/">{{ tag }}</a></li>{% endfor %}</ul>
"""
BODY = """\
In this episode {{ page.guest }} talks about "everything" -- from {{ site.title }} to [Exam Pro]({{ page.guest_website }}).
More is on [Discord]({{ site.discord_url }}), and `{% raw %}{{ raw }}{% endraw %}` stays.

## Show Notes

- 0:01 -- What it is
- 1:{number:02} -- The *team* of {number}
- 56:25 -- You can find {{ page.guest }} on [Twitter](https://twitter.com/{{ page.guest_twitter }}),
    [GitHub](https://github.com/example) and
    [elsewhere]({{ site.url }}/about).

## Links

###### References

- <https://en.wikipedia.org/wiki/Domain-specific_language>

###### Tech Stack

{% include services-used.html %}

{% include box.html title="A box" %}

![The team](/assets/images/team.png){: .wide width="400"}

| Part | Share |
|------|------:|
| Web  | 40%   |

{% highlight python %}
print("{number}")
{% endhighlight %}

> Quoted, with a note[^1].

[^1]: The note itself.
"""


#: A Ruby program that runs `jekyll build --quiet` for each pair of source and destination.
BUILDS = """\
require "jekyll"
ARGV.each_slice(2) do |source, destination|
  Dir.chdir(source) do
    Jekyll::Commands::Build.process("source" => source, "destination" => destination, "quiet" => true)
  end
end
"""


@dataclass(frozen=True)
class JekyllSite:
    """A generated Jekyll site in the folder ``root``."""

    root: Path

    def put(self, name: str, data: str | bytes) -> Path:
        """Write a file of the site and return its path."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def post(self, name: str, body: str = "Words.", **meta: object) -> Path:
        """Write a post below ``_posts``, or at the path ``name``, and return its path."""
        lines = "".join(f"{key}: {value}\n" for key, value in ({"title": '"A title"'} | meta).items())
        name = name if "_posts" in name or "_drafts" in name else f"_posts/{name}"
        return self.put(name, f"---\n{lines}---\n\n{body}\n")

    def build(self, destination: Path) -> Path:
        """Build the site with Jekyll into the folder ``destination``, and return that."""
        command = ["jekyll", "build", "--quiet", "--source", str(self.root), "--destination", str(destination)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, cwd=self.root)
        assert done.returncode == 0, done.stderr
        shutil.rmtree(self.root / ".jekyll-cache", ignore_errors=True)
        return destination


def build_together(places: Mapping[Path, Path]) -> None:
    """Build each Jekyll site (key) into its destination (value), all in one process, as Jekyll starts slowly."""
    arguments = [str(path) for pair in places.items() for path in pair]
    done = subprocess.run(["ruby", "-e", BUILDS, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    for source in places:
        shutil.rmtree(source / ".jekyll-cache", ignore_errors=True)


def png(shade: int = 0) -> bytes:
    """Return a PNG file of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(bytes([0, shade]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def generate(
    root: Path,
    mp3: bytes,
    *,
    permalink: str = "/:categories/:slug",
    guid: str = "{{ site.url }}{{ post.url }}",
    episodes: int = 12,
    interviews: int = 3,
    tags: int = 10,
) -> JekyllSite:
    """Write a Jekyll site into ``root`` with these numbers of episodes, interviews and tags, and return it."""
    site = JekyllSite(root)
    site.put("_config.yml", CONFIG.replace("{permalink}", permalink))
    site.put("podcast.xml", FEED.replace("{guid}", guid).replace("{address}", "/podcast/feed.xml"))
    site.put("_layouts/default.html", LAYOUT)
    site.put("_includes/header.html", "<header>{{ site.title }}</header>")
    site.put("_includes/services-used.html", SERVICES)
    site.put("_includes/box.html", '<p class="box">{{ include.title }} of {{ page.title }}</p>')
    site.put("_includes/inner/deep.html", "deep down")
    site.put("_sass/main.scss", "body { color: red }")
    site.put("assets/css/app.scss", "---\n---\n@import 'main';\n")
    site.put("assets/js/app.js", "1")
    site.put("_data/authors.yml", "ann:\n  name: Ann Lee\n")
    site.put("_data/transcripts/3.yml", '- speaker: Ann\n  timestamp: "0:01"\n  transcript: Hello there.\n')
    for name in ("team.png", "cover.png", "avatars/guest.png"):
        site.put(f"assets/images/{name}", png())
    site.put(
        "index.html", "---\nlayout: default\ntitle: Home\n---\n{% for post in site.posts %}{{ post.title }}{% endfor %}"
    )
    site.put("about.md", "---\nlayout: default\ntitle: About\n---\n\nAbout {{ site.title }}.\n")
    site.put(
        "podcast/index.html",
        "---\nlayout: default\ntitle: Podcast\n---\n{% for post in site.categories.podcast %}x{% endfor %}",
    )
    site.put("404.html", "---\nlayout: default\n---\nNothing.\n")
    site.put("README.md", "Not for the web.\n")
    for tag in range(tags):
        site.put(
            f"tags/tag-{tag}.md",
            f'---\nlayout: default\ntitle: "Tag {tag}"\nhome_page: "https://t{tag}.example"\npermalink: "/tags/tag-{tag}/"\n---\n',
        )
    for number in range(1, episodes + 1):
        names = ", ".join(f'"tag-{(number + step) % tags}"' for step in range(3))
        site.post(
            f"podcast/2019-{number % 12 + 1:02}-18-{number}-episode-about-{number}.md",
            BODY.replace("{number:02}", f"{number % 60:02}").replace("{number}", str(number)),
            layout='"default"',
            mp3_bytes=f'"{len(mp3)}"',
            mp3_duration='"0:06"',
            guest='"Bo Lind"',
            guest_avatar='"guest.png"',
            guest_website='"https://bo.example"',
            guest_twitter='"bolind"',
            category='"podcast"',
            tags=f"[{names}]",
            title=f'"Episode {number}: what runs"',
        )
        site.put(f"assets/audio/on-air-{number}.mp3", mp3)
    for number in range(1, interviews + 1):
        site.post(
            f"interviews/2020-02-{number:02}-interview-{number}.md",
            f'**Q{number}.** Why?\n\n**A.** Because it\'s "good".',
            category="interviews",
            title=f'"Interview {number}"',
        )
    return site


def add_oddities(site: JekyllSite) -> None:
    """Add posts with known oddities of real Jekyll sites, such as CRLF line ends, old encodings and odd file names."""
    crlf = '---\r\ntitle: "CRLF"\r\ncategory: podcast\r\n---\r\n\r\nFirst *line*\r\nsecond line.\r\n\r\n- 0:02 -- One\r\n- 0:03 -- Two\r\n'
    site.put("_posts/podcast/2020-03-01-crlf.md", crlf)
    site.put(
        "_posts/podcast/2020-03-02-bom.md", "\ufeff---\ntitle: BOM\ncategory: podcast\n---\n\nA mark before all.\n"
    )
    site.put("_posts/podcast/2020-03-03-latin.md", b"---\ntitle: Latin\ncategory: podcast\n---\n\nCaf\xe9.\n")
    site.post("podcast/2020-03-04-Upper_Case-Name.md", category="podcast", title="Upper")
    site.post("podcast/2020-03-05-other-suffix.markdown", category="podcast", title="Suffix")
    site.post("podcast/2020/03/2020-03-06-deep.md", category="podcast", title="Deep")
    site.post("podcast/2999-01-01-far.md", category="podcast", title="Far")
    site.post("podcast/2020-03-07-hidden.md", category="podcast", title="Hidden", published="false")
    site.post("podcast/2020-03-08-same.md", category="podcast", title="Same")
    site.post("interviews/2020-03-08-same.md", category="interviews", title="Same, too")
    site.post("talks/2020-03-09-talk.md", category='"My Talks"', title="Talk")
    site.post("podcast/2020-03-10-moved.md", category="podcast", title="Moved", redirect_from="/old/one/")
    site.post(
        "podcast/2020-03-11-often.md", category="podcast", title="Often", redirect_from="[/old/two, old/three.html]"
    )
    site.post("podcast/2020-3-2-short-date.md", category="podcast", title="Short")
    site.post("podcast/2020-03-12-own.md", category="podcast", title="Own", permalink="/own/place/")
    site.post("podcast/2020-03-13-slugged.md", category="podcast", title="Slugged", slug="quite-another")
    site.post("podcast/no-date.md", category="podcast", title="No date")
    site.post("podcast/2020-03-14-two.md", categories="[podcast, extra]", title="Two categories")
    site.post("podcast/2020-03-15-timed.md", category="podcast", title="Timed", date="2020-03-15 23:30:00 -0800")
    site.post("podcast/2020-03-16-ünïcode-ß.md", category="podcast", title="Ünïcode")
    site.post("podcast/2020-03-17-99-nine.md", category="podcast", title="Ninety-nine")
    site.post("podcast/2020-03-17-100-ten.md", category="podcast", title="Hundred")
    site.post("podcast/2020-03-18-hello.md", category="podcast", title="Hello")
    site.post("podcast/again/2020-03-19-hello.md", category="podcast", title="Hello again")
    site.post("2020-03-20-flat.md", category="podcast", title="Flat")
    site.post("news/_posts/2020-03-21-above.md", title="Above")
    site.post("_drafts/soon.md", category="podcast", title="Soon", date='"2020-01-01"')
    site.post("_drafts/podcast/later.md", category="podcast", title="Later")
    site.post(
        "podcast/2020-03-22-links.md",
        "{% link _posts/podcast/2020-03-18-hello.md %} and [that]({% post_url podcast/2020-03-08-same %}), {% include inner/deep.html %},"
        ' and {{ page.title | upcase }}.\n{: .note #x}\n\n<div markdown="1">\n*inside*\n</div>\n\n{{ site.author.name }}',
        category="podcast",
        title="Links",
    )
    site.post("podcast/2020-03-23-tagged.md", category="podcast", title="Tagged", tags='["C#", "Machine Learning"]')
    site.put("tags/c-sharp.md", '---\nlayout: default\ntitle: "C#"\ntag: "C#"\npermalink: "/tags/csharp/"\n---\n')
    site.put(
        "tags/ml.md",
        "---\nlayout: default\ntag: Machine Learning\ntitle: ML\n---\n{% for post in site.posts %}x{% endfor %}\n",
    )
    site.put("tags/nobody.md", "---\nlayout: default\ntitle: Nobody\n---\n")
    site.put(
        "subscribe.html",
        "---\nlayout: default\ntitle: Subscribe\nredirect_from: /abonnieren/\n---\n<p>By <b>feed</b>.</p>\n",
    )
    site.put("docs/deep/contact.md", "---\nlayout: default\n---\nWrite {{ site.email }}.\n")
    site.put(
        "archive.html",
        "---\nlayout: default\ntitle: All\n---\n{% for post in site.posts %}{{ post.title }}{% endfor %}\n",
    )
    site.put("images/logo.png", png(1))
    site.put("img/extra/x.png", png(2))
    site.put("assets/images/Ümlaut photo.png", png(3))
    site.put("files/slides.pdf", b"%PDF-1.4")
