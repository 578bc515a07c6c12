// The palette, the shortcuts and their sheet.
import type { Page } from "@playwright/test";
import { manager, viewer } from "../support/accounts.ts";
import { declare, rows, stands, unique } from "../support/incidents.ts";
import { inspectAll } from "../support/inspect.ts";
import { expect, test } from "../support/test.ts";

const palette = (page: Page) => page.getByRole("dialog", { name: "Search or jump" });
const box = (page: Page) => page.getByRole("combobox", { name: "Search or jump" });
const options = (page: Page) => palette(page).getByRole("option");
const chosen = (page: Page) => palette(page).locator("[role=option][aria-selected=true]");
const sheet = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });
const link = (page: Page, at: number) => rows(page).nth(at).getByRole("link");

test("the palette goes anywhere by keyboard, and the focus comes back when it is closed", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents?tab=all");
  await link(page, 2).focus();
  await page.keyboard.press("Control+k");
  await expect(box(page)).toBeFocused();
  await expect(palette(page).getByRole("group", { name: "Go to" }).getByRole("option")).toContainText([
    "Start",
    "Incidents",
    "Declare incident",
    "Your sessions",
  ]);
  await expect(palette(page).getByRole("group", { name: "Incidents" }).getByRole("option")).toHaveCount(5);
  await inspectAll(person, "palette");
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(link(page, 2)).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeHidden();
  await expect(link(page, 2)).toBeFocused();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("your ses");
  await expect(options(page)).toHaveText(["Your sessions"]);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/sessions");
  await expect(page.getByRole("main")).toBeFocused();
});

test("an incident that is jumped to is shown as it is by itself", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const title = unique("Jumped to");
  const other = await declare(person, { title });
  const number = await declare(person, { title: unique("Jumped from") });
  await person.open(`/incidents/${number}?order=oldest`);
  await expect(page.getByText("Oldest first")).toBeVisible();
  await page.keyboard.press("Control+k");
  await page.keyboard.type(other);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/incidents/${other}`);
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await expect(page.getByText("Newest first")).toBeVisible();
});

test("the arrow keys choose, around the ends, and the field says which one", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await page.keyboard.press("Meta+k");
  await expect(chosen(page)).toHaveText("Start");
  await page.keyboard.press("ArrowUp");
  await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
  await expect(box(page)).toHaveAttribute("aria-activedescendant", (await options(page).last().getAttribute("id"))!);
  await expect(options(page).last()).toBeInViewport();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await expect(chosen(page)).toHaveText("Incidents");
  await page.keyboard.type("nothing of the kind");
  await expect(options(page)).toHaveCount(0);
  await expect(box(page)).toHaveAttribute("aria-expanded", "false");
  await expect(palette(page).locator(".none")).toBeVisible();
  await inspectAll(person, "palette-nothing");
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();
});

test("a number leads to the incident", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/sessions");
  for (const typed of ["100", "inc-101"]) {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(typed);
    const number = typed.replace(/\D/g, "");
    await expect(options(page)).toHaveText([`INC-${number}`]);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`/incidents/INC-${number}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  }
});

test("what the page offers is reached, and a step is not taken before it is pressed", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("By palette") });
  const choose = async (typed: string, name: string) => {
    await page.keyboard.press("Control+k");
    await page.keyboard.type(typed);
    await expect(chosen(page)).toHaveText(name);
    await page.keyboard.press("Enter");
    await expect(palette(page)).toBeHidden();
  };
  await choose("note", "Write a note");
  await expect(page.getByLabel("Note", { exact: true })).toBeFocused();
  await choose("cause", "Cause identified");
  const step = page.getByRole("button", { name: "Cause identified" });
  await expect(step).toBeFocused();
  await stands(page, "Investigating");
  await page.keyboard.press("Enter");
  await stands(page, "Identified");
  await choose("cancel", "Cancel incident…");
  await expect(page.getByRole("region", { name: "Actions" }).getByText("Cancel incident…")).toBeFocused();
  await expect(page.getByLabel("Reason", { exact: true }).last()).toBeVisible();
  await choose("edit", "Edit");
  await expect(page).toHaveURL(`/incidents/${number}/edit`);
});

test("a pointer finds the palette, its entries and the way out", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const button = page.getByRole("button", { name: "Search or jump" });
  await expect(button).toHaveAttribute("aria-keyshortcuts", "Control+K Meta+K");
  await button.click();
  await expect(box(page)).toBeFocused();
  await page.mouse.click(5, page.viewportSize()!.height - 5);
  await expect(palette(page)).toBeHidden();
  await expect(button).toBeFocused();
  await button.click();
  await options(page).filter({ hasText: "Keyboard shortcuts" }).click();
  await expect(sheet(page)).toBeVisible();
  await inspectAll(person, "keys");
  await sheet(page).getByRole("button", { name: "Close" }).click();
  await expect(sheet(page)).toBeHidden();
  await expect(button).toBeFocused();
});

test("single keys move through the list and go places", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents?tab=all");
  await page.keyboard.press("j");
  await expect(link(page, 0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(link(page, 2)).toBeFocused();
  await page.keyboard.press("k");
  await expect(link(page, 1)).toBeFocused();
  const number = (await link(page, 1).textContent())!;
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/incidents/${number}`);
  await page.keyboard.press("g");
  await page.keyboard.press("s");
  await expect(page).toHaveURL("/sessions");
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await expect(page).toHaveURL("/incidents");
  await page.keyboard.press("c");
  await expect(page).toHaveURL("/incidents/new");
});

test("n writes a note and e edits, and neither writes into a field", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  const number = await declare(person, { title: unique("Typed in a field") });
  const field = page.getByLabel("Note", { exact: true });
  await page.keyboard.press("n");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("");
  await page.keyboard.type("cenjk? gi gs");
  await expect(field).toHaveValue("cenjk? gi gs");
  await expect(page).toHaveURL(`/incidents/${number}`);
  await expect(sheet(page)).toBeHidden();
  await field.blur();
  await page.keyboard.press("Control+e");
  await page.keyboard.press("Alt+n");
  await expect(field).not.toBeFocused();
  await expect(page).toHaveURL(`/incidents/${number}`);
  await page.keyboard.press("e");
  await expect(page).toHaveURL(`/incidents/${number}/edit`);
});

test("the sheet turns single keys off in this browser, and the palette still opens", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager);
  await page.keyboard.press("?");
  await expect(sheet(page)).toBeVisible();
  const single = sheet(page).getByRole("checkbox", { name: "Shortcuts of a single key" });
  await expect(single).toBeChecked();
  await single.uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toBeHidden();
  for (const key of ["?", "c", "j"]) await page.keyboard.press(key);
  await expect(page).toHaveURL("/incidents");
  await person.open("/incidents");
  await page.keyboard.press("?");
  await expect(sheet(page)).toBeHidden();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("shortcuts");
  await page.keyboard.press("Enter");
  await expect(single).not.toBeChecked();
  await single.check();
  await page.keyboard.press("Escape");
  await expect(sheet(page)).toBeHidden();
  await page.keyboard.press("?");
  await expect(sheet(page)).toBeVisible();
});

test("nothing is offered that somebody may not do", async ({ person }) => {
  const { page } = person;
  await person.signIn(viewer, "/incidents/INC-100");
  for (const key of ["c", "n", "e"]) await page.keyboard.press(key);
  await expect(page).toHaveURL("/incidents/INC-100");
  await page.keyboard.press("Control+k");
  await expect(options(page).filter({ hasText: "Incidents" })).toHaveCount(1);
  await expect(options(page).filter({ hasText: /Declare|note|Edit|everyone/ })).toHaveCount(0);
});

test("a stranger is offered no keys", async ({ person }) => {
  const { page } = person;
  await person.open("/");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator(".jump")).toHaveCount(0);
});
