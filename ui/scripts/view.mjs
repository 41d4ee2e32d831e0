// What the lists of screens have in common.
export const board = (page) => page.waitForSelector('[data-act]');

export const both = (name, rest) => [
  { ...rest, name: `${name}-light`, scheme: 'light' },
  { ...rest, name: `${name}-dark`, scheme: 'dark' },
];

export const press = (key) => async (page) => {
  await board(page);
  await page.keyboard.press(key);
  await page.waitForSelector('[role="dialog"]');
};

export async function booking(page) {
  await board(page);
  await page.click('[data-act="book"][data-start="14:30"]');
  await page.waitForSelector('#booking-review');
}

export async function filled(page) {
  await booking(page);
  await page.click('#booking-service');
  await page.click('[role="option"]:visible >> nth=0');
  await page.fill('#booking-patient', 'mar');
  await page.waitForSelector('[role="option"]:visible');
}
