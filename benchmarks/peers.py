"""The search engines with which Longwave is compared, SQLite FTS5 and tantivy, each set up as an expert would."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import tantivy
from corpus import Made

#: The slug of an episode, the first second of a window, and the words that are said in it.
Window = tuple[str, int, str]
_WORD = re.compile(r"[^\W_]+")
_WEIGHTS = (10.0, 10.0, 5.0, 2.0, 1.0, 0.5)
FIELDS = ("title", "guests", "tags", "description", "notes", "transcript")


def _row(made: Made) -> tuple[str, ...]:
    return made.title, made.guest, " ".join(made.tags), made.description, made.text, made.said


class Fts5:
    """A search by SQLite FTS5: Porter stems, weighted bm25, the last word as a prefix, any word if none has all."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.connection = sqlite3.connect(path, check_same_thread=False)

    def build(self, episodes: list[Made]) -> None:
        """Index all episodes."""
        self.connection.execute(
            f"create virtual table e using fts5(slug unindexed, {', '.join(FIELDS)}, prefix = '2 3',"
            " tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        with self.connection:
            self.connection.executemany(
                "insert into e values (?, ?, ?, ?, ?, ?, ?)", ((m.slug, *_row(m)) for m in episodes)
            )

    def change(self, made: Made) -> None:
        """Index one episode again."""
        with self.connection:
            self.connection.execute("delete from e where slug = ?", (made.slug,))
            self.connection.execute("insert into e values (?, ?, ?, ?, ?, ?, ?)", (made.slug, *_row(made)))

    def search(self, query: str, *, snippet: bool = False) -> list[tuple[str, ...]]:
        """Return slug and title of the ten best results, with a snippet on request."""
        shown = "slug, title" + (", snippet(e, -1, '<mark>', '</mark>', '…', 24)" if snippet else "")
        weights = ", ".join(map(str, (0.0, *_WEIGHTS)))
        for expression in self._expressions(query):
            rows = self.connection.execute(
                f"select {shown} from e where e match ? order by bm25(e, {weights}) limit 10", (expression,)
            ).fetchall()
            if rows:
                return rows
        return []

    def _expressions(self, query: str) -> list[str]:
        if query.startswith('"'):
            return [f'"{" ".join(_WORD.findall(query))}"']
        field, _, rest = query.partition(":")
        if field == "tag":
            return [f'tags : "{rest}"']
        if " OR " in query:
            return [" OR ".join(f'"{part}"' for part in query.split(" OR "))]
        if " -" in query:
            return [" NOT ".join(f'"{part}"' for part in query.split(" -"))]
        words = [f'"{word}"' for word in _WORD.findall(query)]
        if not words:
            return []
        return [" ".join([*words[:-1], f"{words[-1]}*"]), " OR ".join([*words[:-1], f"{words[-1]}*"])]


class Tantivy:
    """A search by tantivy: stems, folded accents, boosted fields, prefixes, fuzzy words if nothing is found."""

    def __init__(self, path: Path) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("slug", stored=True, tokenizer_name="raw")
        for name in FIELDS:
            builder.add_text_field(name, tokenizer_name="english")
        self.schema = builder.build()
        path.mkdir()
        self.path = path
        self.index = tantivy.Index(self.schema, str(path))
        self.analyzer = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english")).build()
        )  # fmt: skip
        self.index.register_tokenizer("english", self.analyzer)
        self.plain = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
            .filter(tantivy.Filter.ascii_fold()).build()
        )  # fmt: skip

    def build(self, episodes: list[Made]) -> None:
        """Index all episodes."""
        writer = self.index.writer(200_000_000)
        for made in episodes:
            self._add(writer, made)
        writer.commit()
        writer.wait_merging_threads()
        self._open()

    def change(self, made: Made) -> None:
        """Index one episode again."""
        writer = self.index.writer(50_000_000)
        writer.delete_documents("slug", made.slug)
        self._add(writer, made)
        writer.commit()
        self._open()

    def search(self, query: str) -> list[tuple[str, ...]]:
        """Return the slugs of the ten best results, each in a tuple of its own."""
        for built in self._queries(query):
            hits = self.searcher.search(built, 10).hits
            if hits:
                return [(self.searcher.doc(address)["slug"][0],) for _, address in hits]
        return []

    def _open(self) -> None:
        self.index.reload()
        self.searcher = self.index.searcher()

    def _add(self, writer: tantivy.IndexWriter, made: Made) -> None:
        document = tantivy.Document(slug=made.slug)
        for name, text in zip(FIELDS, _row(made), strict=True):
            document.add_text(name, text)
        writer.add_document(document)

    def _queries(self, query: str) -> list[tantivy.Query]:
        boosts = dict(zip(FIELDS, _WEIGHTS, strict=True))
        if query.startswith(('"', "tag:")) or " OR " in query or " -" in query:
            said = query.replace("tag:", "tags:")
            return [self.index.parse_query(said, list(FIELDS), field_boosts=boosts)]
        words = self.plain.analyze(query)
        terms = [self._word(word, last=number == len(words) - 1) for number, word in enumerate(words)]
        if not terms:
            return []
        return [
            tantivy.Query.boolean_query([(occur, term) for term in terms])
            for occur in (tantivy.Occur.Must, tantivy.Occur.Should)
        ]

    def _word(self, word: str, *, last: bool) -> tantivy.Query:
        exact = self._any(
            [
                tantivy.Query.term_query(self.schema, name, stem)
                for stem in self.analyzer.analyze(word)[:1]
                for name in FIELDS
            ]
        )
        if last and len(word) > 1:
            begun = self._any(
                [tantivy.Query.fuzzy_term_query(self.schema, name, word, distance=0, prefix=True) for name in FIELDS]
            )
            exact = tantivy.Query.boolean_query([(tantivy.Occur.Should, exact), (tantivy.Occur.Should, begun)])
        edits = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
        if not edits or self.searcher.search(exact, 1).hits:
            return exact
        return self._any([
            tantivy.Query.fuzzy_term_query(self.schema, name, word, distance=edits, transposition_cost_one=True, prefix=last)
            for name in FIELDS
        ])  # fmt: skip

    def _any(self, queries: list[tantivy.Query]) -> tantivy.Query:
        boosted = [tantivy.Query.boost_query(q, weight) for q, weight in zip(queries, _WEIGHTS, strict=True)]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in boosted])


class WindowsFts5:
    """A search by FTS5 over windows of 30 seconds of talk: all of the query's words count, none is required."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:", check_same_thread=False)

    def build(self, windows: list[Window]) -> None:
        """Index all windows."""
        self.connection.execute(
            "create virtual table w using fts5(slug unindexed, at unindexed, said,"
            " tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        with self.connection:
            self.connection.executemany("insert into w values (?, ?, ?)", windows)

    def search(self, query: str) -> list[tuple[str, int]]:
        """Return the slugs and seconds of the fifty best windows."""
        words = [f'"{word}"' for word in _WORD.findall(query)]
        sql = "select slug, at from w where w match ? order by bm25(w) limit 50"
        return self.connection.execute(sql, (" OR ".join(words),)).fetchall() if words else []


class WindowsTantivy:
    """A search by tantivy over windows of 30 seconds of talk: all of the query's words count, none is required."""

    def __init__(self) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("slug", stored=True, tokenizer_name="raw")
        builder.add_integer_field("at", stored=True)
        builder.add_text_field("said", tokenizer_name="en_stem")
        self.index = tantivy.Index(builder.build())

    def build(self, windows: list[Window]) -> None:
        """Index all windows."""
        writer = self.index.writer(200_000_000)
        for slug, at, said in windows:
            writer.add_document(tantivy.Document(slug=slug, at=at, said=said))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()

    def search(self, query: str) -> list[tuple[str, int]]:
        """Return the slugs and seconds of the fifty best windows."""
        built = self.index.parse_query(" ".join(_WORD.findall(query.lower())) or "x", ["said"])
        documents = (self.searcher.doc(address) for _, address in self.searcher.search(built, 50).hits)
        return [(document["slug"][0], document["at"][0]) for document in documents]
