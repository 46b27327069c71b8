"""The nearest passages of a query that no passage answers in full: a bounded first stage over counts, a second one over texts.

What is looked for (`Asked`) are *pairs*, the runs of two characters of the query (a number or a Latin word counts as one character), and
its content words with what means the same; what is only said in parentheses weighs `ASIDE` of that. A passage has these features, each
from 0 to about 2:

    near           share of the sum over pairs of idf * saturated frequency in the passage (K1, B of `search.query.score`)
    cover          share of the idf of the pairs that it holds
    words          share of the idf of the words that it holds, a word of the same meaning by its weight
    document       as near, over the frequencies of the whole document (DOCUMENT_K1, DOCUMENT_B)
    document_words as document, by words
    best           near of the best passage of its document
    head           cover of the better one of the first two passages of its document (its title, its lead)
    labels         share of the places, years and program types that its words name, which the passage is labelled with
    sentence       cover of its best sentence
    clause         cover of the best clause of that sentence
    run            share of the query that is the longest run it has in common with the passage
    answer         1 if that clause holds what the question asks for (a number, a date, a list), less if only
                   the sentence or the passage does
    wish           share of the quoted parts that it holds
    characters     share of the characters of the query that one of its sentences holds

The first stage takes the first eight of every passage that holds any pair or word, adds them up by `weights`, and keeps the best `DEPTH`,
of a document no more than `MOST_OF_DOCUMENT` while others are there, at most `CANDIDATES`. The second adds the rest and orders by

    KIND_WEIGHTS[kind] * sum of weight * feature, in ten-thousandths; then document id, order in the document

and lists those not below `LEAST` of the best, at most `LISTED`, each less `REPEATED` of its score (`REPEATED_IN_SENTENCE` of a
sentence that asks nothing) where one of its document is nearer. Nothing is near to a query of which less than `KNOWN` occurs anywhere.
Both stages ask no more than `POSTINGS` postings: pairs and words are taken from the rarest on, and what is left says little. All of it is
chosen over the whole collection, before any filter.

`search.query.nearest.stages` is the definition in plain Python; `search.engine.whoosh.answer.nearest` is the first stage by vectors,
`search.query.nearest.at_once` reads the texts of the second by vectors.
"""
