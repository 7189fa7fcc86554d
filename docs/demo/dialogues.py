# ruff: noqa: E501 - a line of the dialogue is a line here
"""The dialogues of the demo's episodes: speakers and words. A line is one cue of the transcript."""

MARA, OTTO, INES, KOFI, HANA, PRIYA = (
    "Mara Finch",
    "Otto Lindqvist",
    "Inês Duarte",
    "Kofi Mensah",
    "Hana Sato",
    "Priya Raman",
)

EPISODES: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "1-what-longwave-is": (
        "What Longwave Is",
        "2026-03-02",
        (
            (MARA, "Welcome to the Longwave Show. I am Mara, and this is a podcast about the software that serves it."),
            (OTTO, "I am Otto. I like servers that one can explain on a napkin."),
            (MARA, "Then draw me the napkin. What is Longwave?"),
            (
                OTTO,
                "A folder of Markdown files and a folder of M P 3 files. Longwave reads them and makes a website of it.",
            ),
            (MARA, "With a database?"),
            (OTTO, "No database server, and no build step. One Python process reads the folder and answers requests."),
            (MARA, "How do I start it?"),
            (OTTO, "Type longwave serve. The last line it prints is the address to open."),
            (MARA, "And when I change a file?"),
            (OTTO, "Type longwave reindex. Every running server shows the new edition within two seconds."),
            (MARA, "That is the whole napkin. Next time, we write an episode."),
        ),
    ),
    "2-writing-an-episode": (
        "Writing an Episode",
        "2026-03-16",
        (
            (MARA, "Today we write an episode, and Inês has brought an empty file."),
            (INES, "It will not be empty for long. It begins with three hyphens, a title, and three more hyphens."),
            (MARA, "Is a title enough?"),
            (INES, "It is enough to be published. The date and the address come from the name of the file."),
            (MARA, "And the people?"),
            (INES, "A list called guests. Give each one a name, and, if you like, a title, an avatar and a website."),
            (MARA, "What if I write a date that has not come yet?"),
            (INES, "Then the episode waits, and publishes itself when its time comes. A draft waits for ever."),
            (MARA, "And if I make a mistake?"),
            (INES, "Longwave check names the file, the line, what was expected and what was found."),
            (MARA, "And the site keeps the last version that was good. I sleep well."),
        ),
    ),
    "3-show-notes-and-timestamps": (
        "Show Notes and Timestamps",
        "2026-03-30",
        (
            (MARA, "Inês is back, with the part of an episode that people read."),
            (INES, "The show notes. They are Markdown, as Jekyll renders it, so tables and footnotes work."),
            (MARA, "What is special about them here?"),
            (INES, "The times. Begin a list item with a time and a dash, and the time becomes a link."),
            (MARA, "A link to what?"),
            (INES, "To that second. A click plays it, and the address can be sent to a friend."),
            (MARA, "Do I have to declare the times anywhere?"),
            (INES, "No. Any list, below any heading, with any kind of dash."),
            (MARA, "And Liquid? My old notes are full of curly braces."),
            (INES, "They work. A variable that does not exist prints nothing, and longwave check tells you the line."),
        ),
    ),
    "4-finding-the-minute": (
        "Finding the Minute",
        "2026-04-13",
        (
            (MARA, "A hundred episodes, and a listener remembers one sentence. Kofi, how do they find it?"),
            (KOFI, "With the box at the top of every page. It searches titles, guests, tags and show notes."),
            (MARA, "All of them alike?"),
            (
                KOFI,
                "No. A word in a title or a guest's name weighs more than one in a tag, and that more than one in the notes.",
            ),
            (MARA, "What about the moment itself?"),
            (KOFI, "Each result lists the timestamps that match. One click, and the player is there."),
            (MARA, "Can I be more exact?"),
            (KOFI, "Put a phrase into quotation marks. Or write tag, colon, python. Or guest, colon, and a name."),
            (MARA, "And for programs?"),
            (KOFI, "The same answer as JSON, at search dot json."),
            (MARA, "Found, and in less time than it took to ask."),
        ),
    ),
    "5-feeds-and-audio": (
        "Feeds and Audio",
        "2026-04-27",
        (
            (MARA, "Most people will never see our website. Hana, where do they listen?"),
            (HANA, "In an app, and an app reads one thing only: the feed."),
            (MARA, "Where is it?"),
            (HANA, "Below the show's address, as feed dot X M L. Give that to the directories once."),
            (MARA, "What must never change in it?"),
            (
                HANA,
                "The identifier of an episode. It is made from your own address, so a new server does not send everything twice.",
            ),
            (MARA, "And the sound?"),
            (HANA, "Put the M P 3 file into the audio folder. Its size and its length are read from it."),
            (MARA, "What happens when somebody skips to the middle?"),
            (HANA, "The app asks for a range of bytes, and gets exactly that, without the server reading the rest."),
            (MARA, "So you may all skip to the end. Goodbye!"),
        ),
    ),
    "6-going-live": (
        "Going Live",
        "2026-05-11",
        (
            (MARA, "Otto, the site is ready. How does it go live?"),
            (OTTO, "Run longwave serve behind a proxy that speaks T L S, and set the url in site dot toml."),
            (MARA, "One process?"),
            (OTTO, "As many as you like on that machine. They all show the same edition."),
            (MARA, "What is an edition?"),
            (OTTO, "Everything the site publishes at one instant, with its search index, under one fingerprint."),
            (MARA, "So nobody sees half of a change?"),
            (
                OTTO,
                "Nobody. A request begins and ends in one edition, and the new one is put in place by a single rename.",
            ),
            (MARA, "And if the power fails in the middle?"),
            (OTTO, "Then the old edition is still there. And the folder called index can be deleted at any time."),
        ),
    ),
    "7-moving-from-jekyll": (
        "Moving from Jekyll",
        "2026-05-25",
        (
            (MARA, "Priya moved a show of a hundred episodes from Jekyll. How long did it take?"),
            (PRIYA, "An afternoon, and most of that was coffee."),
            (MARA, "What did you have to change in the files?"),
            (PRIYA, "Nothing. I copied the folder. The front matter, the Liquid and the includes work as they are."),
            (MARA, "And the addresses?"),
            (PRIYA, "They are the same: the show, a slash, and the slug. Old ones can be listed as aliases."),
            (MARA, "What about the file names of the audio?"),
            (PRIYA, "One pattern in site dot toml, with the number in braces. Redirects take patterns too."),
            (MARA, "What would you do first, next time?"),
            (PRIYA, "Run longwave check, and read what it says. It found a link that had been broken for two years."),
        ),
    ),
}

#: A voice of espeak-ng, its speed in words a minute, and its pitch.
VOICES: dict[str, tuple[str, int, int]] = {
    MARA: ("en-gb+f2", 165, 48),
    OTTO: ("en-us+m3", 158, 38),
    INES: ("en-gb+f4", 168, 60),
    KOFI: ("en-gb+m2", 160, 44),
    HANA: ("en-us+f3", 166, 58),
    PRIYA: ("en-gb+f5", 170, 52),
}

#: Phrases that are spelt out for the voices, with the form in which the transcripts have them.
WRITTEN = {
    "M P 3": "MP3",
    "T L S": "TLS",
    "feed dot X M L": "feed.xml",
    "site dot toml": "site.toml",
    "search dot json": "search.json",
    "tag, colon, python": "tag:python",
    "guest, colon, and a name": "guest: and a name",
    "Type longwave serve": "Type “longwave serve”",
    "Type longwave reindex": "Type “longwave reindex”",
    "Run longwave serve": "Run “longwave serve”",
    "Run longwave check": "Run “longwave check”",
    "Longwave check names": "“longwave check” names",
    "and longwave check tells": "and “longwave check” tells",
}
