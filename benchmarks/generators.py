"""Hugo with Pagefind's search, and Jekyll: the static site generators that Longwave is measured beside.

Both get the same files as Longwave, and build the same: a page for each episode with its notes, lists of 25,
pages of all tags and guests, and the show's feed. Neither has a theme, pictures, or feeds of tags and guests; Longwave has.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

HERE = Path(__file__).parent
#: The programs, and how each is installed.
INSTALLED = {
    "hugo": "apt-get install hugo",
    "pagefind": "npm install --global pagefind",
    "jekyll": "apt-get install jekyll",
}

_HUGO = {
    "config.toml": """\
baseURL = "https://pod.example/"
title = "Podcast"
paginate = 25
disableKinds = ["sitemap", "404"]
[taxonomies]
tag = "tags"
guest = "guest"
[frontmatter]
date = [":filename", ":default"]
[permalinks]
podcast = "/podcast/:slug/"
[outputs]
home = ["HTML", "RSS"]
section = ["HTML"]
taxonomy = ["HTML"]
term = ["HTML"]
""",
    "layouts/_default/baseof.html": """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<meta name="description" content="{{ .Description }}"><link rel="canonical" href="{{ .Permalink }}"></head>
<body><nav><a href="/">Home</a> <a href="/tags/">Tags</a> <a href="/guest/">Guests</a></nav>{{ block "main" . }}{{ end }}</body></html>
""",
    "layouts/_default/single.html": """\
{{ define "main" }}<main data-pagefind-body><h1>{{ .Title }}</h1><p>{{ .Date.Format "2 January 2006" }} {{ .Description }}</p>
<p>{{ with .Params.guest }}<a href="/guest/{{ . | urlize }}/">{{ . }}</a>{{ end }}
{{ range .Params.tags }}<a href="/tags/{{ . | urlize }}/">{{ . }}</a> {{ end }}</p>{{ .Content }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}</main>{{ end }}
""",
    "layouts/_default/list.html": """\
{{ define "main" }}<h1>{{ .Title }}</h1>{{ $paginator := .Paginate .RegularPagesRecursive }}
{{ range $paginator.Pages }}<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Description }}</p>{{ end }}
{{ with $paginator.Next }}<a href="{{ .URL }}">Older</a>{{ end }}{{ end }}
""",
    "layouts/_default/terms.html": """\
{{ define "main" }}<h1>{{ .Title }}</h1>{{ range .Pages }}<a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ end }}{{ end }}
""",
    "layouts/index.rss.xml": """\
<rss version="2.0"><channel><title>{{ .Title }}</title><link>{{ .Permalink }}</link><description>{{ .Title }}</description>
{{ range .Site.RegularPages }}<item><title>{{ .Title }}</title><link>{{ .Permalink }}</link><guid>{{ .Permalink }}</guid>
<pubDate>{{ .Date.Format "Mon, 02 Jan 2006 15:04:05 -0700" }}</pubDate><description>{{ .Content | html }}</description></item>
{{ end }}</channel></rss>
""",
}
_JEKYLL = {
    "_config.yml": """\
url: "https://pod.example"
title: Podcast
permalink: /podcast/:title
defaults: [{scope: {path: "", type: posts}, values: {layout: episode}}]
""",
    "_plugins/lists.rb": """\
class Lists < Jekyll::Generator
  def generate(site)
    episodes = site.posts.docs.reverse
    list(site, "", "Podcast", episodes)
    list(site, "podcast", "Episodes", episodes)
    { "tags" => "tags", "guests" => "guest" }.each do |folder, key|
      found = Hash.new { |all, name| all[name] = [] }
      episodes.each { |episode| Array(episode.data[key]).each { |name| found[name.to_s] << episode } }
      found.each { |name, some| list(site, "#{folder}/#{Jekyll::Utils.slugify(name)}", name, some) }
      page(site, folder, "layout" => "terms", "title" => folder, "folder" => folder, "terms" => found.keys.sort)
    end
  end

  def list(site, folder, title, episodes)
    episodes.each_slice(25).with_index(1) do |some, number|
      page(site, number == 1 ? folder : "#{folder}/page/#{number}",
           "layout" => "list", "title" => title, "episodes" => some)
    end
  end

  def page(site, folder, data)
    made = Jekyll::PageWithoutAFile.new(site, site.source, folder, "index.html")
    made.data.merge!(data)
    site.pages << made
  end
end
""",
    "_layouts/base.html": """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ page.title | escape }}</title>
<meta name="description" content="{{ page.description | escape }}"><link rel="canonical" href="{{ site.url }}{{ page.url }}"></head>
<body><nav><a href="/">Home</a> <a href="/tags/">Tags</a> <a href="/guests/">Guests</a></nav>{{ content }}</body></html>
""",
    "_layouts/episode.html": """\
---
layout: base
---
<main><h1>{{ page.title | escape }}</h1><p>{{ page.date | date: "%-d %B %Y" }} {{ page.description | escape }}</p>
<p><a href="/guests/{{ page.guest | slugify }}/">{{ page.guest }}</a>
{% for tag in page.tags %}<a href="/tags/{{ tag | slugify }}/">{{ tag }}</a> {% endfor %}</p>{{ content }}
{% if page.previous %}<a href="{{ page.previous.url }}">{{ page.previous.title | escape }}</a>{% endif %}
{% if page.next %}<a href="{{ page.next.url }}">{{ page.next.title | escape }}</a>{% endif %}</main>
""",
    "_layouts/list.html": """\
---
layout: base
---
<h1>{{ page.title | escape }}</h1>
{% for episode in page.episodes %}<h2><a href="{{ episode.url }}">{{ episode.title | escape }}</a></h2><p>{{ episode.description | escape }}</p>
{% endfor %}
""",
    "_layouts/terms.html": """\
---
layout: base
---
<h1>{{ page.title }}</h1>{% for term in page.terms %}<a href="/{{ page.folder }}/{{ term | slugify }}/">{{ term | escape }}</a> {% endfor %}
""",
    "feed.xml": """\
---
---
<rss version="2.0"><channel><title>{{ site.title }}</title><link>{{ site.url }}</link><description>{{ site.title }}</description>
{% for episode in site.posts %}<item><title>{{ episode.title | xml_escape }}</title><link>{{ site.url }}{{ episode.url }}</link>
<guid>{{ site.url }}{{ episode.url }}</guid><pubDate>{{ episode.date | date_to_rfc822 }}</pubDate>
<description>{{ episode.content | xml_escape }}</description></item>
{% endfor %}</channel></rss>
""",
}
#: For each program the files of its site, and the folder where it expects the episodes.
_FILES = {"hugo": (_HUGO, "content/podcast"), "jekyll": (_JEKYLL, "_posts")}


def program(name: str) -> str | None:
    """Return the path of a program: on PATH, or among the tests' npm packages."""
    return shutil.which(name, path=f"{os.environ['PATH']}:{HERE.parent / 'tests/node_modules/.bin'}")


def lay_out(name: str, site: Path, folder: Path) -> None:
    """Write a new site for Hugo or Jekyll into ``folder``, with copies of the episodes of our ``site``."""
    files, episodes = _FILES[name]
    shutil.copytree(site / "content/podcast", folder / episodes)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def take_over(name: str, path: Path, folder: Path) -> None:
    """Copy one saved episode into the site of Hugo or Jekyll."""
    shutil.copy(path, folder / _FILES[name][1])


def build(name: str, folder: Path, limit: float) -> float | None:
    """Return the seconds of a full build by a program; None if it was stopped after ``limit`` seconds."""
    found = program(name)
    assert found is not None
    command = {
        "hugo": [found, "--quiet", "--destination", "public"],
        "pagefind": [found, "--site", "public"],
        "jekyll": [found, "build", "--quiet", "--destination", "public"],
    }[name]
    began = time.perf_counter()
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise SystemExit(f"{name}: {(done.stderr + done.stdout).strip()}")
    return time.perf_counter() - began
