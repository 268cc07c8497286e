// Opens reports in headless Chromium and checks what a reader needs of them.
//
//   node page.mjs RESULT.json REPORT.html [--broken]
//
// At 390 px and 1440 px, light and dark: charts are drawn, nothing is said on the console, nothing
// is asked of a network, the body does not scroll sideways, axe finds nothing serious, tables open
// by keyboard, and every number in a cell is in the JSON. With --broken the page is damaged on
// purpose in several ways, each of which must be noticed: a check that cannot fail checks nothing.
import { readFileSync, writeFileSync, statSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const MOST_BYTES = 1_000_000;

const at = (json, pointer) =>
  pointer.split("/").slice(1).reduce(
    (value, key) => value?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], json);

// "98.86 ±0.05 %" -> the number, its unit, and half of what its last digit stands for.
const readNumber = text => {
  const plain = text.replaceAll("\u202f", "").replace(/^[✓✗?]\s*/, "");
  const match = plain.match(/^(-?[\d.]+(?:e[+-]?\d+)?)(?: ±[\d.]+(?:e[+-]?\d+)?)?\s*(%|ms|s|min|x)?/);
  if (!match) return null;
  const decimals = match[1].includes("e") ? 0 : (match[1].split(".")[1] ?? "").length;
  return { value: Number(match[1]), unit: match[2] ?? "", half: 0.5 * 10 ** -decimals };
};
const scales = { "%": [100], ms: [1000], s: [1], min: [1, 1 / 60], x: [1], "": [1] };

const agrees = (text, number) => {
  const read = readNumber(text);
  if (!read || typeof number !== "number") return false;
  const slack = Math.abs(read.value) >= 1e15 ? Math.abs(read.value) * 1e-3 : read.half * 1.001;
  return scales[read.unit].some(scale => Math.abs(read.value - number * scale) <= slack);
};

// What a line of a chart was made of, and the rows of its table.
const lineOf = (json, line) => {
  const values = at(json, line.from);
  if (!line.per) return values;
  const all = at(json, line.per);
  return values.map((value, i) => (all[i] > 0 ? value / all[i] : null));
};
const means = (values, step) => {
  const rows = [];
  for (let first = 0; first < values.length; first += step) {
    const there = values.slice(first, first + step).filter(value => value != null);
    rows.push(there.length ? there.reduce((a, b) => a + b, 0) / there.length : null);
  }
  return rows;
};
const near = (a, b) => (a == null || b == null ? a == b : Math.abs(a - b) <= 6e-4 * Math.abs(b) + 1e-12);

const checkNumbers = async (page, json) => {
  const problems = [];
  const cells = await page.$$eval("main table td", all => all.map(cell => ({
    text: cell.textContent.trim(),
    from: cell.dataset.json,
    isFirst: cell.cellIndex === 0,
    isOfChart: cell.closest("figure[data-kind]") !== null,
    isOfMap: cell.closest("figure.places") !== null,
  })));
  let checked = 0;
  for (const cell of cells) {
    if (cell.from !== undefined) {
      ++checked;
      const read = cell.text.replace(/ lost$| in time$/, "");
      if (!agrees(read, at(json, cell.from))) problems.push(`cell ${cell.text} is not ${cell.from}: ${at(json, cell.from)}`);
    } else if (/^[✓✗?]?\s*[-\d]/.test(cell.text) && !cell.isFirst && !cell.isOfChart) {
      problems.push(`cell ${cell.text} says not where it is from`);
    }
  }
  if (checked < 20) problems.push(`only ${checked} cells with a number`);
  const figures = await page.$$eval("figure[data-kind=series]", all => all.map(figure => ({
    title: figure.querySelector("figcaption").textContent,
    data: JSON.parse(figure.querySelector("script").textContent),
    rows: [...figure.querySelectorAll(":scope > details tbody tr")].map(row => [...row.cells].map(cell => cell.textContent.trim())),
  })));
  for (const { title, data, rows } of figures) {
    data.lines.forEach((line, column) => {
      if (!line.from) return problems.push(`${title}: ${line.name} says not where it is from`);
      const values = lineOf(json, line);
      const drawn = means(values, Math.ceil(Math.max(...data.lines.map(one => lineOf(json, one).length)) / 240));
      if (drawn.length !== line.values.length || drawn.some((value, i) => !near(line.values[i], value))) {
        problems.push(`${title}: the line of ${line.name} is not ${line.from}`);
      }
      const longest = Math.max(...data.lines.map(one => lineOf(json, one).length));
      means(values, Math.max(1, Math.ceil(longest / 24))).forEach((value, i) => {
        const text = rows[i]?.[column + 1] ?? "missing";
        const shown = text === "" ? null : parseFloat(text) / (text.endsWith("%") ? 100 : 1);
        if (!near(shown, value)) problems.push(`${title}: row ${i} of ${line.name} is ${text}, not ${value}`);
      });
    });
  }
  return problems;
};

// Charts with nothing on them have one colour.
const checkCharts = page => page.evaluate(() => {
  const problems = [];
  const figures = [...document.querySelectorAll("figure[data-kind]")].filter(one => !one.closest("details.more:not([open])"));
  if (figures.length === 0) problems.push("no chart");
  for (const figure of figures) {
    const title = figure.querySelector("figcaption").textContent;
    const map = figure.querySelector("svg.map");
    if (figure.dataset.kind === "map") {
      if (!map || map.querySelectorAll("rect").length === 0) problems.push(`${title}: not drawn`);
      continue;
    }
    const canvas = figure.querySelector("canvas");
    if (!canvas || canvas.width === 0) { problems.push(`${title}: not drawn`); continue; }
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const colours = new Set();
    for (let i = 0; i < pixels.length; i += 4) {
      if (pixels[i + 3] > 200) colours.add((pixels[i] << 16) | (pixels[i + 1] << 8) | pixels[i + 2]);
    }
    if (colours.size < 4) problems.push(`${title}: nothing is on it`);
  }
  return problems;
});

const checkKeyboard = async page => {
  const summary = page.locator("figure details > summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  const open = await summary.evaluate(one => one.parentElement.open);
  await page.keyboard.press("Tab");
  const reached = await page.evaluate(() => document.activeElement?.className === "scroll");
  return [...(open ? [] : ["the table behind a chart does not open by keyboard"]),
          ...(reached ? [] : ["the table behind a chart is not reached by keyboard"])];
};

const checkAxe = async page => {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document));
  return result.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `axe: ${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 120)}`);
};

const checkPage = async (browser, path, json) => {
  const problems = new Set();
  if (statSync(path).size > MOST_BYTES) problems.add(`the page has ${statSync(path).size} bytes`);
  for (const width of [390, 1440]) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const url = pathToFileURL(resolve(path)).href;
      const add = problem => problems.add(`${width} px, ${colorScheme}: ${problem}`);
      page.on("console", message => add(`console: ${message.text()}`));
      page.on("pageerror", error => add(`error: ${error.message}`));
      page.on("request", request => { if (request.url() !== url) add(`request: ${request.url().slice(0, 80)}`); });
      await page.goto(url);
      await page.evaluate(() => document.querySelectorAll("details.more").forEach(one => { one.open = true; }));
      await page.waitForTimeout(300);
      (await checkCharts(page)).forEach(add);
      if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) add("the body scrolls sideways");
      (await checkKeyboard(page)).forEach(add);
      await page.evaluate(() => document.querySelectorAll("details").forEach(one => { one.open = true; }));
      (await checkAxe(page)).forEach(add);
      if (width === 1440 && colorScheme === "light") (await checkNumbers(page, json)).forEach(add);
      await context.close();
    }
  }
  return [...problems];
};

// Damage, and what must be said about it.
const damages = [
  ["a script with a mistake", html => html.replace("drawAll();\n", "undefinedFunction();\n"), /error: undefinedFunction/],
  ["a picture from elsewhere", html => html.replace("<main>", '<main><img alt="x" src="http://127.0.0.1:9/x.png">'), /request: http/],
  ["a block that is too wide", html => html.replace("<main>", '<main><div style="width:3000px">x</div>'), /scrolls sideways/],
  ["a picture without words", html => html.replace("<main>", '<main><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'), /axe: image-alt/],
  ["a number that is not in the result", html => html.replace(/(data-json="[^"]*\/success\/value"><span>)\d+/, "$1" + "77"), /is not \/strategies/],
  ["a chart of other values", html => html.replace(/"values":\[([\d.]+),/, '"values":[123456,'), /the line of/],
  ["a number without its source", html => html.replace(/<td([^>]*) data-json="[^"]*"/, "<td$1"), /says not where/],
];

const checkDamages = async (browser, path, json) => {
  const problems = [];
  const folder = mkdtempSync(join(tmpdir(), "firedrill-"));
  const html = readFileSync(path, "utf8");
  for (const [name, damage, wanted] of damages) {
    const broken = damage(html);
    if (broken === html) { problems.push(`${name}: the damage finds nothing to damage`); continue; }
    writeFileSync(join(folder, "broken.html"), broken);
    const found = await checkPage(browser, join(folder, "broken.html"), json);
    if (!found.some(one => wanted.test(one))) problems.push(`${name} is not noticed: ${found.join("; ")}`);
  }
  rmSync(folder, { recursive: true });
  return problems;
};

const [resultPath, pagePath, mode] = process.argv.slice(2);
const json = JSON.parse(readFileSync(resultPath, "utf8"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const problems = mode === "--broken" ? await checkDamages(browser, pagePath, json) : await checkPage(browser, pagePath, json);
await browser.close();
for (const problem of problems.slice(0, 30)) console.log(problem);
console.log(`${pagePath}${mode === "--broken" ? ", broken" : ""}: ${problems.length} problems`);
process.exit(problems.length ? 1 : 0);
