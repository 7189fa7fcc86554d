"""A seeded generator of episodes for all benchmarks, and of queries with known right answers.

Words are made of syllables and follow Zipf's law; each episode has a topic, so that its words co-occur.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

NAMES = "kubernetes docker terraform django flask rails elixir phoenix postgres redis kafka rabbitmq ansible graphql react svelte angular typescript python golang rust haskell scala clojure erlang nginx varnish cloudfront lambda dynamodb cassandra elasticsearch prometheus grafana jenkins github gitlab heroku netlify vercel webpack babel tailwind bootstrap sqlite mysql mariadb mongodb couchdb influxdb celery sidekiq gunicorn waitress uwsgi hugo jekyll gatsby ember backbone jquery laravel symfony drupal wordpress magento shopify stripe twilio sendgrid datadog sentry splunk vagrant packer consul vault nomad istio linkerd envoy".split()  # noqa: SIM905
LITTLE = "the of and to a in is it that for on with as was we you this are be have not they from or".split()  # noqa: SIM905
FIRST = "Andrew Nell José Zoë Brian Maria Lukas Renée Ravi Yuki Olga Tariq Fiona Pedro Ingrid Samir Chloe Dmitri Aisha Björn Lena Marco Priya Tomás Hana Erik Nadia Oscar Ruth Victor Wendy Ximena Abel Clara Dana Elias Greta Henry Irene Jonas".split()  # noqa: SIM905
LAST = "Brown Smith Shamrell Okafor Lindqvist Nakamura Fernández Kowalski Haddad Petrov Moreau Schneider Rossi Andersen Castillo Dubois Eriksson Fischer Gallagher Horvat Ivanova Jankowski Keller Lombardi Mbeki Novák Oliveira Pereira Quigley Romano Sørensen Takahashi Ulrich Vasquez Whitfield Yamamoto Zimmerman Abernathy Blackwood Carmichael Delacroix Ellsworth Fairbanks Goldberg Hutchinson Isaksson Johansson Kirkpatrick Longfellow Montgomery".split()  # noqa: SIM905
LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Made:
    """A generated episode; its ``notes`` are (seconds, words), its transcript's ``cues`` (seconds, speaker, words)."""

    slug: str
    title: str
    guest: str
    tags: list[str]
    description: str
    notes: list[tuple[int, str]]
    prose: list[str]
    cues: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return the notes as text."""
        return "\n".join([*(words for _, words in self.notes), *self.prose])

    @property
    def said(self) -> str:
        """Return the transcript as text."""
        return " ".join(words for _, _, words in self.cues)


class Asked(NamedTuple):
    """A search query, its kind (such as two tags), and the slugs of the episodes that it should find."""

    kind: str
    query: str
    right: frozenset[str]


class Language:
    """A vocabulary with word frequencies."""

    def __init__(self, chance: random.Random, size: int = 24_000) -> None:
        self.chance = chance
        made = dict.fromkeys(NAMES)
        while len(made) < size:
            stem = "".join(
                chance.choice("bcdfghklmnprstvw") + chance.choice("aeiou")
                for _ in range(chance.choice((1, 2, 2, 2, 3, 3, 4)))
            )
            stem += chance.choice(("", "n", "r", "t", "l", "m", "ck", "st"))
            made.update(
                dict.fromkeys(chance.sample((stem, stem + "s", stem + "ed", stem + "ing"), chance.choice((1, 1, 2, 3))))
            )
        words = list(made)
        chance.shuffle(words)
        self.words = [*LITTLE, *words]
        self.weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def some(self, count: int, topic: list[str]) -> list[str]:
        """Return ``count`` random words, about one in five of them from the topic."""
        words = self.chance.choices(self.words, cum_weights=self.weights, k=count)
        return [self.chance.choice(topic) if self.chance.random() < 0.2 else word for word in words]


def make(count: int, *, transcripts: bool, seed: int = 7) -> list[Made]:
    """Return ``count`` generated episodes, the same ones for the same arguments."""
    chance = random.Random(seed)
    language = Language(chance)
    tags = [*NAMES, *chance.sample(language.words[200:4000], 200)]
    people = [f"{chance.choice(FIRST)} {chance.choice(LAST)}" for _ in range(count)]
    return [_episode(number, language, tags, people, transcripts=transcripts) for number in range(count)]


def _episode(number: int, language: Language, tags: list[str], people: list[str], *, transcripts: bool) -> Made:
    chance = language.chance
    topic = [*chance.sample(language.words[100:9000], 40), *chance.sample(NAMES, 3)]
    guest = people[number] if chance.random() < 0.8 else chance.choice(people)
    title = " ".join(word.title() for word in chance.sample(topic, chance.randint(3, 6)))
    notes = [
        (60 * n + chance.randrange(60), " ".join(language.some(chance.randint(6, 15), topic)))
        for n in range(chance.randint(20, 40))
    ]
    # Some articles are many times as long as others.
    length = chance.choice((3, 3, 4, 4, 5, 6, 40))
    prose = [" ".join(language.some(chance.randint(30, 70), topic)) for _ in range(length)]
    made = Made(f"{number}-{'-'.join(title.lower().split())}", title, guest, [],
                " ".join(language.some(14, topic)), notes, prose)  # fmt: skip
    made.tags = list(dict.fromkeys(chance.choices(tags, weights=[1 / (n + 5) for n in range(len(tags))], k=4)))
    if transcripts:
        speakers = ("Host", guest)
        made.cues = [(5 * n, speakers[n // 4 % 2], " ".join(language.some(16, topic))) for n in range(500)]
    return made


def write(made: Made, root: Path, *, salt: str = "") -> None:
    """Write an episode, with ``salt`` as its last paragraph, and its transcript, if any, into a site's folder."""
    number = int(made.slug.partition("-")[0])
    day = f"{2000 + number // 336 % 26}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    notes = "\n".join(f"- {second // 60}:{second % 60:02} -- {words}" for second, words in made.notes)
    prose = "\n\n".join(made.prose)
    head = f'title: "{made.title}"\ndescription: "{made.description}"\nguest: "{made.guest}"\ntags: [{", ".join(made.tags)}]'
    path = root / "content/podcast" / f"{day}-{made.slug}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\n{head}\n---\n{notes}\n\n{prose}\n\n{salt}\n")
    if made.cues:
        cues = "\n\n".join(
            f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}.000 --> {(at + 4) // 3600:02}:{(at + 4) // 60 % 60:02}:{(at + 4) % 60:02}.900\n<v {who}>{words}"
            for at, who, words in made.cues
        )
        transcript = root / "content/transcripts/podcast" / f"{made.slug}.vtt"
        transcript.parent.mkdir(parents=True, exist_ok=True)
        transcript.write_text(f"WEBVTT\n\n{cues}\n")


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one typo: two letters swapped, one left out, doubled, or replaced."""
    at = chance.randrange(1, len(word) - 1)
    slip = chance.randrange(4)
    if slip == 0 and word[at] != word[at + 1]:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if slip == 1:
        return word[:at] + word[at + 1 :]
    if slip == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + chance.choice([c for c in LETTERS if c != word[at]]) + word[at + 1 :]


def ask(episodes: list[Made], each: int, seed: int = 11) -> list[Asked]:
    """Return up to ``each`` queries of each kind from an episode's words; all episodes with those words are right."""
    chance = random.Random(seed)
    asked: list[Asked] = []
    for _ in range(each):
        asked += _of_guest(chance.choice(episodes), episodes, chance)
        one = chance.choice(episodes)
        words = chance.sample(one.title.lower().split(), 3)
        right = frozenset(e.slug for e in episodes if set(words) <= set(e.title.lower().split()))
        asked.append(Asked("three title words", " ".join(words), right))
        long = [word for word in words if len(word) >= 5]
        if long:
            wrong = chance.choice(long)
            asked.append(
                Asked("title, one misspelt", " ".join(misspelt(w, chance) if w == wrong else w for w in words), right)
            )
        line = chance.choice(one.notes)[1].split()
        content = [word for word in dict.fromkeys(line) if word not in LITTLE]
        if len(content) >= 5:
            at = chance.randrange(len(content) - 4)
            five = content[at : at + 5]
            same = frozenset(e.slug for e in episodes if any(set(five) <= set(words.split()) for _, words in e.notes))
            asked.append(Asked("five words of a note", " ".join(five), same))
        if len(one.tags) > 1:
            two = chance.sample(one.tags, 2)
            asked.append(
                Asked("two tags", " ".join(two), frozenset(e.slug for e in episodes if set(two) <= set(e.tags)))
            )
        if one.cues:
            said = one.said.split()
            at = chance.randrange(len(said) - 6)
            phrase = " ".join(said[at : at + chance.randint(4, 6)])
            heard = frozenset(e.slug for e in episodes if f" {phrase} " in f" {e.said} ")
            asked += [Asked("phrase said", f'"{phrase}"', heard), Asked("phrase, no quotes", phrase, heard)]
    return asked


def _of_guest(one: Made, episodes: list[Made], chance: random.Random) -> list[Asked]:
    name, (first, last) = one.guest, one.guest.split()
    right = frozenset(e.slug for e in episodes if e.guest == name)
    wrong = f"{first} {misspelt(last, chance)}" if len(last) >= 5 else f"{misspelt(first, chance)} {last}"
    half = f"{first} {last[: chance.randint(2, max(2, len(last) - 2))]}"
    begun = frozenset(e.slug for e in episodes if e.guest.lower().startswith(half.lower()))
    return [
        Asked("guest", name.lower(), right),
        Asked("guest misspelt", wrong.lower(), right),
        Asked("guest half typed", half.lower(), begun),
    ]


def mixed(episodes: list[Made], count: int, seed: int = 13) -> list[str]:
    """Return ``count`` queries, half of them for known episodes, half common, rare, half-typed and unknown words."""
    chance = random.Random(seed)
    language = Language(random.Random(7))
    known = [asked.query for asked in ask(episodes, -(-count // 10), seed)]
    common, rare = language.words[30:300], language.words[5000:]
    others = []
    for _ in range(-(-count // 4)):
        one = chance.choice(episodes)
        others += [
            chance.choice(common), chance.choice(rare), " ".join(chance.sample(common, 2)), chance.choice(common)[:2],
            chance.choice(NAMES)[:3], f"tag:{chance.choice(one.tags)}", f'"{" ".join(chance.choice(one.notes)[1].split()[:3])}"',
            f"{chance.choice(NAMES)} OR {chance.choice(NAMES)}", f"{chance.choice(common)} -{chance.choice(common)}", "qwzxv jjkqz",
        ]  # fmt: skip
    chosen = chance.sample(known, min(len(known), count // 2)) + chance.sample(others, count // 2)
    chance.shuffle(chosen)
    return chosen
