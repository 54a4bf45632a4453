// Prints the errors and message ids that AsyncAPI's own parser finds: node asyncapi.js PARSER DOCUMENT
const {readFileSync} = require("node:fs");
const [parser, document] = process.argv.slice(2);

globalThis.self = globalThis; // the parser's browser build defines its global there
(0, eval)(readFileSync(parser, "utf8"));

new AsyncAPIParser().parse(readFileSync(document, "utf8")).then(({document, diagnostics}) => {
  const errors = diagnostics.filter(one => one.severity === 0).map(one => `${one.path}: ${one.message}`);
  const messages = document === undefined ? [] : document.allMessages().all().map(one => one.id());
  console.log(JSON.stringify({errors, messages}));
});
