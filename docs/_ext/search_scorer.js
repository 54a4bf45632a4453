// Search results: a section of that name first, attributes of classes and the decision records last.
// Sphinx puts this file in front of its search and leaves out its own numbers, which are repeated here.
var Scorer = {
  score: ([page, , , description, score, , kind]) =>
    score +
    (kind === "title" ? 20 : 0) +
    (page.startsWith("guide/") ? 2 : 0) +
    (page.startsWith("reference/") ? 1 : 0) -
    (description?.includes(" attribute") ? 15 : 0) -
    (page.startsWith("decisions/") ? 20 : 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
