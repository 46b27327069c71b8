// Calls every kind of endpoint through types generated from the description; tsc holds each line to them. Prints one JSON object.
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Hit = components["schemas"]["Hit"];

const address = process.argv[2] as string;
const client = createClient<paths>({ baseUrl: address });

function whole<T>(answer: { data?: T; error?: unknown }): T {
    if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
    return answer.data;
}

const found = whole(await client.GET("/api/v1/search", { params: { query: { q: "消费扶贫", region: ["河北省"], size: 5 } } }));
const hit: Hit = found.hits[0]!;
const passage = whole(await client.GET("/api/v1/passages/{id}", { params: { path: { id: hit.id } } }));
const located = whole(await client.GET("/api/v1/locate", { params: { query: { quote: hit.text } } }));
const documents = whole(await client.GET("/api/v1/documents"));
const figures = whole(await client.GET("/api/v1/figures", { params: { query: { q: "资金", unit: "CNY" } } }));
const relations = whole(await client.GET("/api/v1/relations"));
const refused = await client.GET("/api/v1/passages/{id}", { params: { path: { id: "nowhere00000" } } });
const cited = whole(await client.GET("/api/v1/cite", { params: { query: { id: hit.id } }, parseAs: "text" }));
const exported = whole(
    await client.GET("/api/v1/export", { params: { query: { q: "消费扶贫", format: "docx" } }, parseAs: "arrayBuffer" }),
);

console.log(
    JSON.stringify({
        total: found.total,
        ids: found.hits.map((one) => one.id),
        places: hit.regions.map((label) => label.path),
        marked: hit.marks.map(([start, end]) => [...hit.text].slice(start, end).join("")),
        text: passage.text,
        state: passage.state,
        located: located.matches[0]!.id,
        documents: documents.total,
        money: figures.total,
        pairs: relations.total,
        refused: refused.error?.code,
        cited,
        docx: new TextDecoder().decode(exported.slice(0, 2)),
    }),
);
