import { defineConfig } from "@playwright/test";
import { chromium } from "./support/browsers.ts";
import { type Layout, LAYOUTS } from "./support/layouts.ts";

const desktop = { width: 1440, height: 900 };
const phone = { width: 390, height: 844 };
// What needs the wasm says so in its name; everything else must hold without a script as well.
const scripted = /.*\.hydrate\.spec\.ts/;
// What does not depend on the width or on scripts runs once.
const once = /.*\.once\.spec\.ts/;
// What depends on where people sign in runs once for each place that can be.
const placed = /tests\/identity\/.*\.spec\.ts/;

export default defineConfig<{}, { layout: Layout }>({
  testDir: "tests",
  outputDir: "artefacts/results",
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    launchOptions: chromium(),
    screenshot: "only-on-failure",
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
  },
  projects: [
    { name: "desktop", testIgnore: placed, use: { viewport: desktop } },
    { name: "phone", testIgnore: [once, placed], use: { viewport: phone } },
    {
      name: "desktop, no script",
      testIgnore: [once, placed, scripted],
      use: { viewport: desktop, javaScriptEnabled: false },
    },
    {
      name: "phone, no script",
      testIgnore: [once, placed, scripted],
      use: { viewport: phone, javaScriptEnabled: false },
    },
    ...LAYOUTS.map((layout) => ({
      name: layout.name,
      testMatch: placed,
      use: { viewport: desktop, layout },
    })),
  ],
});
