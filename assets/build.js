// Builds static/css/site.css, static/js/site.js, work.css (site.css and what pages for professionals need), desk.css,
// desk.js and passkey.js (staff only). Usage: node build.js [folder], default ../static.
// The output is committed; tests/portal/test_assets.py builds it again elsewhere and compares.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import * as sass from "sass";
import { fit } from "./fit_govuk.js";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(here, process.argv[2] ?? "../static");

mkdirSync(join(out, "css"), { recursive: true });
for (const name of ["site", "work", "desk"]) {
  const compiled = sass.compile(join(here, `scss/${name}.scss`), {
    loadPaths: [join(here, "node_modules/govuk-frontend/dist")],
    quietDeps: true,
  });
  const css = await esbuild.transform(fit(compiled.css), { loader: "css", minify: true, target: "chrome99" });
  writeFileSync(join(out, `css/${name}.css`), css.code);
}

for (const name of ["site", "desk", "passkey"]) {
  await esbuild.build({
    entryPoints: [join(here, `js/${name}.js`)],
    bundle: true,
    minify: true,
    target: "es2017",
    legalComments: "none",
    outfile: join(out, `js/${name}.js`),
  });
}
