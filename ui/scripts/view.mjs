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
