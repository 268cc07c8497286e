// Opens reports in headless Chromium and checks what a reader needs of them.
//
//   node page.mjs RESULT.json REPORT.html [RESULT.json REPORT.html ...] [--broken]
//
// At 390 px and 1440 px, light and dark: charts are drawn, nothing is said on the console, nothing
// is asked of a network, the body does not scroll sideways, axe finds nothing serious, tables open
// and legends work by keyboard, the first column of a wide table stays in sight, and every number
// in a cell is in the JSON. With --broken the page is damaged on purpose in several ways, each of
// which must be noticed: a check that cannot fail checks nothing.
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
  const plain = text.replaceAll("\u202f", "").replace(/^[✓✗?]\s*/, "").replace(/(\d) (?=\d{3}\b)/g, "$1");
  const match = plain.match(/^(-?[\d.]+(?:e[+-]?\d+)?)(?: ±[\d.]+(?:e[+-]?\d+)?)?\s*(%|ms|s\b|min\b|x\b|k\b|M\b)?/);
  if (!match) return null;
  const [whole, fraction] = match[1].split(".");
  const last = fraction && !match[1].includes("e") ? -fraction.length : 0;
  // "157 000": the texts of blast have as many digits as their interval bears out.
  const zeros = fraction === undefined ? whole.match(/0*$/)[0].length : 0;
  return { value: Number(match[1]), unit: match[2] ?? "", half: 0.5 * 10 ** last, rough: 0.5 * 10 ** zeros };
};
const scales = { "%": [100], ms: [1000], s: [1, 60], min: [1, 1 / 60], x: [1], k: [1e-3], M: [1e-6], "": [1] };

const agrees = (text, number, isRough) => {
  if (typeof number === "string") return number === text;
  const read = readNumber(text);
  if (!read || typeof number !== "number") return false;
  const half = isRough ? read.rough : read.half;
  const slack = Math.abs(read.value) >= 1e15 ? Math.abs(read.value) * 1e-3 : half * 1.001;
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

const checkCells = async (page, json, isBlast) => {
  const problems = [];
  const cells = await page.$$eval("main table td", all => all.map(cell => ({
    text: cell.textContent.trim(),
    from: cell.dataset.json,
    isFirst: cell.cellIndex === 0,
    isOfChart: cell.closest("figure[data-kind]") !== null,
  })));
  let checked = 0;
  for (const cell of cells) {
    if (cell.from !== undefined) {
      ++checked;
      const read = cell.text.replace(/ lost$| in time$/, "");
      if (!agrees(read, at(json, cell.from), isBlast)) problems.push(`cell ${cell.text} is not ${cell.from}: ${at(json, cell.from)}`);
    } else if (/^[✓✗?]?\s*[-\d]/.test(cell.text) && cell.text !== "-" && !cell.isFirst && !cell.isOfChart) {
      problems.push(`cell ${cell.text} says not where it is from`);
    }
  }
  if (checked < 20) problems.push(`only ${checked} cells with a number`);
  return problems;
};

const figuresOf = (page, kind) => page.$$eval(`figure[data-kind=${kind}]`, all => all.map(figure => ({
  title: figure.querySelector("figcaption").textContent,
  data: JSON.parse(figure.querySelector("script").textContent),
  rows: [...figure.querySelectorAll(":scope > details tbody tr")].map(row => [...row.cells].map(cell => cell.textContent.trim())),
})));

const checkSeries = async (page, json) => {
  const problems = [];
  for (const { title, data, rows } of await figuresOf(page, "series")) {
    const longest = Math.max(...data.lines.map(one => lineOf(json, one).length));
    data.lines.forEach((line, column) => {
      if (!line.from) return problems.push(`${title}: ${line.name} says not where it is from`);
      const values = lineOf(json, line);
      const drawn = means(values, data.each);
      if (drawn.length !== line.values.length || drawn.some((value, i) => !near(line.values[i], value))) {
        problems.push(`${title}: the line of ${line.name} is not ${line.from}`);
      }
      means(values, Math.max(1, Math.ceil(longest / 24))).forEach((value, i) => {
        const text = rows[i]?.[column + 1] ?? "missing";
        const shown = text === "" ? null : parseFloat(text) / (text.endsWith("%") ? 100 : 1);
        if (!near(shown, value)) problems.push(`${title}: row ${i} of ${line.name} is ${text}, not ${value}`);
      });
    });
  }
  return problems;
};

// Curves of percentiles: what is drawn and what stands in the table is in the result; they never
// fall, and end where the requests that succeed end.
const checkCurves = async (page, json) => {
  const problems = [];
  const figures = await figuresOf(page, "curves");
  if (figures.length === 0) problems.push("no percentile curves");
  for (const { title, data, rows } of figures) {
    const shares = at(json, data.from);
    if (JSON.stringify(shares) !== JSON.stringify(data.shares)) problems.push(`${title}: other percentiles than ${data.from}`);
    data.lines.forEach((line, column) => {
      const add = problem => problems.push(`${title}, ${line.name}: ${problem}`);
      const values = at(json, line.from);
      if (!Array.isArray(values)) return add(`${line.from} is nothing`);
      if (values.length !== line.values.length || values.some((value, i) => !near(line.values[i], value))) add(`the curve is not ${line.from}`);
      const there = line.values.filter(value => value != null);
      if (there.some((value, i) => i > 0 && value < there[i - 1])) add("it falls");
      if (line.answeredFrom && !near(line.answered, at(json, line.answeredFrom))) add(`it does not end at ${line.answeredFrom}`);
      const beyond = shares.findIndex(share => share > line.answered + 1e-9);
      if (beyond >= 0 && line.values[beyond] != null) add("it goes on beyond the successes");
      for (const row of rows) {
        const value = values[shares.findIndex(share => Math.abs(share * 100 - Number(row[0].slice(1))) < 1e-9)];
        const text = row[column + 1];
        const [number, unit] = text.split(" ");
        const scale = { s: 1, ms: 1e3, us: 1e6 }[unit];
        const fits = value == null ? ["never", "too few"].includes(text) : Math.abs(Number(number) - value * scale) <= 0.006 * value * scale;
        if (!fits) add(`${row[0]} is ${text}, not ${value}`);
      }
    });
  }
  return problems;
};

// Each strategy says what it costs, in the table of strategies.
const checkCost = async (page, json) => {
  const cells = await page.$$eval("main table td[data-json]", all => all.map(cell => cell.dataset.json));
  return json.strategies.flatMap((strategy, i) =>
    (cells.includes(`/strategies/${i}/blast/cost/replicaHours/value`) ? [] : [`${strategy.name} has no cost`]));
};

const checkNumbers = async (page, json) => {
  const isBlast = json.command === "blast";
  const problems = await checkCells(page, json, isBlast);
  if (isBlast) return problems;
  return [...problems, ...await checkSeries(page, json), ...await checkCurves(page, json), ...await checkCost(page, json)];
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

// The first column of a table that scrolls stays where it is.
const checkSticky = page => page.evaluate(() => {
  const wide = [...document.querySelectorAll(".scroll")].find(one => one.scrollWidth > one.clientWidth + 40 && one.querySelector("tbody tr:not(.part)"));
  if (!wide) return [];
  const cell = wide.querySelector("tbody tr:not(.part) td");
  wide.scrollLeft = 40;
  const off = cell.getBoundingClientRect().left - wide.getBoundingClientRect().left;
  wide.scrollLeft = 0;
  return Math.abs(off) < 2 ? [] : [`the first column scrolls away, ${off} px`];
});

// On paper charts fit half a page of A4 or Letter, in the light colours.
const checkPaper = page => page.evaluate(async () => {
  window.dispatchEvent(new Event("beforeprint"));
  await new Promise(done => setTimeout(done));  // uPlot sets its size in a task of its own
  const widest = Math.max(...[...document.querySelectorAll(".uplot canvas")].map(one => one.clientWidth));
  const paper = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim();
  window.dispatchEvent(new Event("afterprint"));
  return [...(widest <= 340 ? [] : [`a chart is ${widest} px wide on paper`]),
          ...(paper === "#ffffff" ? [] : [`paper is ${paper}`])];
});

const checkKeyboard = async page => {
  const summary = page.locator("figure details > summary").first();
  await summary.focus();
  await page.keyboard.press("Enter");
  const open = await summary.evaluate(one => one.parentElement.open);
  await page.keyboard.press("Tab");
  const reached = await page.evaluate(() => document.activeElement?.className === "scroll");
  const label = page.locator(".u-legend [role=button]").first();
  const pressed = () => label.getAttribute("aria-pressed");
  const before = await pressed();
  await label.focus();
  await page.keyboard.press("Enter");
  const switched = (await pressed()) !== before;
  await page.keyboard.press("Enter");
  return [...(switched ? [] : ["a line is not switched by keyboard"]), ...(open ? [] : ["the table behind a chart does not open by keyboard"]),
          ...(reached ? [] : ["the table behind a chart is not reached by keyboard"])];
};

const checkAxe = async page => {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() => window.axe.run(document));
  return result.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `axe: ${one.id}: ${one.help}: ${one.nodes[0].html.slice(0, 120)}`);
};

const everyLook = [390, 1440].flatMap(width => ["light", "dark"].map(colorScheme => ({ width, colorScheme })));

const checkPage = async (browser, path, json, looks = everyLook) => {
  const problems = new Set();
  const hasCharts = json.command !== "blast";
  if (statSync(path).size > MOST_BYTES) problems.add(`the page has ${statSync(path).size} bytes`);
  for (const { width, colorScheme } of looks) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    const page = await context.newPage();
    const url = pathToFileURL(resolve(path)).href;
    const add = problem => problems.add(`${width} px, ${colorScheme}: ${problem}`);
    page.on("console", message => add(`console: ${message.text()}`));
    page.on("pageerror", error => add(`error: ${error.message}`));
    page.on("request", request => { if (request.url() !== url) add(`request: ${request.url().slice(0, 80)}`); });
    await page.goto(url);
    await page.evaluate(() => document.querySelectorAll("details.more").forEach(one => { one.open = true; }));
    await page.waitForTimeout(200);
    if (hasCharts) (await checkCharts(page)).forEach(add);
    if (await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth)) add("the body scrolls sideways");
    (await checkSticky(page)).forEach(add);
    if (hasCharts) (await checkKeyboard(page)).forEach(add);
    if (hasCharts) (await checkPaper(page)).forEach(add);
    await page.evaluate(() => document.querySelectorAll("details").forEach(one => { one.open = true; }));
    (await checkAxe(page)).forEach(add);
    if (width === 1440 && colorScheme === "light") (await checkNumbers(page, json)).forEach(add);
    await context.close();
  }
  return [...problems];
};

// Damage, and what must be said about it.
const damages = [
  ["a script with a mistake", html => html.replace("drawAll();\n", "undefinedFunction();\n"), /error: undefinedFunction/],
  ["a picture from elsewhere", html => html.replace("<main>", '<main><img alt="x" src="http://127.0.0.1:9/x.png">'), /request: http/],
  ["a block that is too wide", html => html.replace("<main>", '<main><div style="width:3000px">x</div>'), /scrolls sideways/],
  ["a picture without words", html => html.replace("<main>", '<main><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'), /axe: image-alt/],
  ["a number that is not in the result", html => html.replace(/(data-json="[^"]*\/success\/value">)\d+/, "$1" + "77"), /is not \/strategies/],
  ["a chart of other values", html => html.replace(/"values":\[([\d.]+),/, '"values":[123456,'), /the line of/],
  ["a curve of other values", html => html.replace(/("shares".*?"values":\[)[\d.]+,/, "$1123456,"), /the curve is not|it falls/],
  ["a strategy without its cost", html => html.replace(/ data-json="[^"]*replicaHours\/value"/, ""), /has no cost/],
  ["charts as wide on paper as on the screen", html => html.replace("onPaper = paper;", ""), /wide on paper/],
  ["a first column that scrolls away", html => html.replace("position: sticky; left: 0;", ""), /scrolls away/],
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
    const look = name === "a first column that scrolls away" ? everyLook[0] : everyLook[2];
    const found = await checkPage(browser, join(folder, "broken.html"), json, [look]);
    if (!found.some(one => wanted.test(one))) problems.push(`${name} is not noticed: ${found.join("; ")}`);
  }
  rmSync(folder, { recursive: true });
  return problems;
};

const paths = process.argv.slice(2).filter(one => !one.startsWith("--"));
const isBroken = process.argv.includes("--broken");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
let count = 0;
for (let i = 0; i + 1 < paths.length; i += 2) {
  const json = JSON.parse(readFileSync(paths[i], "utf8"));
  const problems = isBroken ? await checkDamages(browser, paths[i + 1], json) : await checkPage(browser, paths[i + 1], json);
  for (const problem of problems.slice(0, 30)) console.log(problem);
  console.log(`${paths[i + 1]}${isBroken ? ", broken" : ""}: ${problems.length} problems`);
  count += problems.length;
}
await browser.close();
process.exit(count ? 1 : 0);
