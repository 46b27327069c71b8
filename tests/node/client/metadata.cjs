// Reads a page from standard input as Citoid does, and prints what it found.
const { loadFromString } = require("html-metadata");

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (piece) => (text += piece));
process.stdin.on("end", async () => {
    console.log(JSON.stringify(await loadFromString(text)));
});
