// Prints what two parsers of podcast apps see in the feed at this address's file: podcast-partytime (Podcast Index) and feedsmith.
import { readFileSync } from "node:fs";
import { parseFeed } from "feedsmith";
import partytime from "podcast-partytime";

const xml = readFileSync(process.argv[2], "utf8");
console.log(JSON.stringify({ partytime: partytime.parseFeed(xml), feedsmith: parseFeed(xml) }));
