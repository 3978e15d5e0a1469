/* How JupyterLab finds this extension; what the extension does is in solutions.js.
 *
 * JupyterLab reads package.json ("jupyterlab._build.load"), loads this file with a <script> tag,
 * and expects an entry in window._JUPYTERLAB under the package's name, with two functions:
 *
 *   init(shareScope)  receives the libraries of the running JupyterLab, as
 *                     {package name: {version: {get: () => Promise of a function that returns it}}}
 *   get(module)       returns a Promise of a function that returns the module asked for, here
 *                     "./extension" (package.json, "jupyterlab._build.extension"): our plugin.
 *
 * Build tools usually write this file. Ours is short enough to be written by hand, so that the
 * course needs neither npm nor a build step.
 */
(() => {
  const here = document.currentScript.src;
  let shared;

  /** The running JupyterLab's own copy of a package: one with other classes would be of no use. */
  async function library(name) {
    const copies = Object.values(shared[name] ?? {});
    if (!copies.length) {
      throw new Error(`course-solutions: this JupyterLab offers no ${name}; version 4 is needed`);
    }
    return (await (copies.find(copy => copy.loaded) ?? copies[0]).get())();
  }

  window._JUPYTERLAB = window._JUPYTERLAB ?? {};
  window._JUPYTERLAB['course-solutions'] = {
    init(shareScope) {
      shared = shareScope;
    },
    async get() {
      const [solutions, notebook, cells, apputils, components] = await Promise.all([
        import(new URL('solutions.js', here)),
        library('@jupyterlab/notebook'),
        library('@jupyterlab/cells'),
        library('@jupyterlab/apputils'),
        library('@jupyterlab/ui-components')
      ]);
      const style = document.createElement('link');
      style.rel = 'stylesheet';
      style.href = new URL('solutions.css', here);
      document.head.append(style);
      const plugin = solutions.createPlugin({ notebook, cells, apputils, components });
      return () => plugin;
    }
  };
})();
