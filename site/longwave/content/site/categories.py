"""The categories of Apple Podcasts (https://podcasters.apple.com/support/1691-apple-podcasts-categories)."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from longwave.model import Category

CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "Arts": ("Books", "Design", "Fashion & Beauty", "Food", "Performing Arts", "Visual Arts"),
    "Business": ("Careers", "Entrepreneurship", "Investing", "Management", "Marketing", "Non-Profit"),
    "Comedy": ("Comedy Interviews", "Improv", "Stand-Up"),
    "Education": ("Courses", "How To", "Language Learning", "Self-Improvement"),
    "Fiction": ("Comedy Fiction", "Drama", "Science Fiction"),
    "Government": (),
    "Health & Fitness": ("Alternative Health", "Fitness", "Medicine", "Mental Health", "Nutrition", "Sexuality"),
    "History": (),
    "Kids & Family": ("Education for Kids", "Parenting", "Pets & Animals", "Stories for Kids"),
    "Leisure": (
        "Animation & Manga", "Automotive", "Aviation", "Crafts", "Games", "Hobbies", "Home & Garden", "Video Games",
    ),
    "Music": ("Music Commentary", "Music History", "Music Interviews"),
    "News": (
        "Business News", "Daily News", "Entertainment News", "News Commentary", "Politics", "Sports News", "Tech News",
    ),
    "Religion & Spirituality": (
        "Buddhism", "Christianity", "Hinduism", "Islam", "Judaism", "Religion", "Spirituality",
    ),
    "Science": (
        "Astronomy", "Chemistry", "Earth Sciences", "Life Sciences", "Mathematics", "Natural Sciences", "Nature",
        "Physics", "Social Sciences",
    ),
    "Society & Culture": ("Documentary", "Personal Journals", "Philosophy", "Places & Travel", "Relationships"),
    "Sports": (
        "Baseball", "Basketball", "Cricket", "Fantasy Sports", "Football", "Golf", "Hockey", "Rugby", "Running",
        "Soccer", "Swimming", "Tennis", "Volleyball", "Wilderness", "Wrestling",
    ),
    "Technology": (),
    "True Crime": (),
    "TV & Film": ("After Shows", "Film History", "Film Interviews", "Film Reviews", "TV Reviews"),
}  # fmt: skip
_ALL = [Category(name, sub) for name, subs in CATEGORIES.items() for sub in ("", *subs)]
_BY_NAME = {(category.name.lower(), category.sub.lower()): category for category in _ALL}


def find_category(category: Category) -> Category | None:
    """Return the category as Apple spells it, ignoring case; None if Apple has no category of that name."""
    return _BY_NAME.get((category.name.lower(), category.sub.lower()))


def category_text(category: Category) -> str:
    """Return the text of a category in ``site.toml``: ``Technology``, or ``Society & Culture > Documentary``."""
    return f"{category.name} > {category.sub}" if category.sub else category.name


def nearest_category(category: Category) -> str:
    """Return the text of the category of Apple's whose name is most similar to that of ``category``."""
    wanted = category_text(category).lower().replace(" and ", " & ")
    # The name of a subcategory alone, such as `Documentary`, also matches the subcategory with its category.
    names = {category_text(each).lower(): each for each in _ALL} | {each.sub.lower(): each for each in _ALL if each.sub}
    nearest = process.extractOne(wanted, list(names), scorer=OSA.normalized_similarity)
    return category_text(names[nearest[0]])
