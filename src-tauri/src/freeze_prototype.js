// Nothing can be smuggled into Object.prototype, yet a library may give its own objects a toString.
// A plain Object.freeze (the shell's freezePrototype) forbids that too: ECMAScript refuses to assign
// what an ancestor holds read-only, and dates then break the page before its first paint.
(() => {
  const root = Object.prototype;
  for (const key of Reflect.ownKeys(root)) {
    const { value, enumerable, get } = Object.getOwnPropertyDescriptor(root, key);
    if (get) continue;
    Object.defineProperty(root, key, {
      get: () => value,
      set(own) {
        if (this === root) throw new TypeError(`Object.prototype.${String(key)} is frozen`);
        Object.defineProperty(this, key, { value: own, writable: true, enumerable: true, configurable: true });
      },
      enumerable,
      configurable: false,
    });
  }
  Object.freeze(root);
})();
