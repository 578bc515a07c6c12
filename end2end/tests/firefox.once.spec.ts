// Firefox: signing in and hydration. Playwright drives no stock Firefox, so puppeteer does, over WebDriver BiDi.
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { manager } from "../support/accounts.ts";
import { firefox } from "../support/browsers.ts";
import { expect, test as base } from "../support/test.ts";

const test = base.extend<{ fox: Browser }>({
  fox: async ({}, use) => {
    const browser = await puppeteer.launch({ browser: "firefox", executablePath: firefox(), headless: true });
    await use(browser);
    await browser.close();
  },
});

/** What Firefox complains about, its warnings about our markup and policy included. */
function listen(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()} answered ${response.status()}`);
  });
  return complaints;
}

test("sign in, hydrate, and write a note without a reload", async ({ fox, muster }) => {
  const page = await fox.newPage();
  const complaints = listen(page);
  await page.goto(`${muster.url}/incidents?tab=active`);
  await page.locator(`::-p-xpath(//button[contains(., "${manager.username}")])`).click();
  await page.waitForSelector("html[data-hydrated]");
  expect(page.url()).toBe(`${muster.url}/incidents?tab=active`);

  await page.evaluate(() => Object.assign(window, { stillTheSamePage: true }));
  await page.locator("table.incidents tbody tr a").click();
  await page.locator("textarea[name=body]").fill("Written in Firefox.");
  await page.locator("form.composer button[type=submit]").click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#timeline .prose")].some((note) => note.textContent?.trim() === "Written in Firefox."),
  );
  expect(await page.evaluate(() => "stillTheSamePage" in window)).toBe(true);
  expect(complaints).toEqual([]);
});
