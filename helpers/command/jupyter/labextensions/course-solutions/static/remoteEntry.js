/* How JupyterLab finds this extension; what it does is in solutions.js and reopened.js.
 *
 * JupyterLab reads package.json ("jupyterlab._build"), loads this file with a <script> tag, and
 * expects an entry in window._JUPYTERLAB under the package's name, with two functions:
 *   init(shareScope)  is given the libraries of the running JupyterLab, as
 *                     {package name: {version: {get: () => Promise of a function returning it}}};
 *   get(module)       returns a Promise of a function that returns our plugins.
 * Build tools usually write such a file. By hand it is short, and needs neither npm nor a build.
 */
(() => {
  const here = document.currentScript.src;
  let shared;

  /** The running JupyterLab's own copy of a package: classes of another copy would not match. */
  async function library(name) {
    const copies = Object.values(shared[name] ?? {});
    if (!copies.length) {
      throw new Error(`course-solutions: no ${name} here; JupyterLab 4 or Notebook 7 is needed`);
    }
    return (await (copies.find(copy => copy.loaded) ?? copies[0]).get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB['course-solutions'] = {
    init(shareScope) {
      shared = shareScope;
    },
    async get() {
      const names = ['notebook', 'cells', 'apputils', 'ui-components', 'toc'];
      const libraries = await Promise.all(names.map(name => library(`@jupyterlab/${name}`)));
      const { createPlugin } = await import(new URL('solutions.js', here));
      const { createReopenedPlugin } = await import(new URL('reopened.js', here));
      const style = document.createElement('link');
      style.rel = 'stylesheet';
      style.href = new URL('solutions.css', here);
      const styled = new Promise(done => (style.onload = style.onerror = done));
      document.head.append(style);
      await styled; // before any cell is drawn
      const plugins = [createPlugin(...libraries), createReopenedPlugin(libraries[0])];
      return () => plugins;
    }
  };
})();
