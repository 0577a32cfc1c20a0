/* Starts what Wagtail's admin would start by an inline script: date pickers, inline panels, choosers.
   An element names the function (or the class, by its capital letter), the field and the options; it is used once, wherever it appears. */
(() => {
  "use strict";
  const KNOWN = /^(init(Date|Time|DateTime)Chooser|createTaskChooser|(Inline|MultipleChooser)Panel|[A-Z][A-Za-z]*Chooser|Chooser)$/;

  class Begin extends window.StimulusModule.Controller {
    static values = { name: String, id: String, options: String };

    connect() {
      const name = this.nameValue;
      if (!KNOWN.test(name)) return;
      if (typeof window[name] === "function") this.begin(window[name], /^[A-Z]/.test(name));
      else if (document.readyState !== "complete") window.addEventListener("load", () => this.connect(), { once: true });
    }

    begin(what, isClass) {
      const told = [];
      if (this.hasIdValue) told.push(this.idValue);
      // The options are JSON, written as the inside of a JSON string, so that Wagtail's __prefix__ is found in them as in a script.
      if (this.hasOptionsValue) told.push(JSON.parse(JSON.parse(`"${this.optionsValue}"`)));
      this.element.remove();
      if (isClass) new what(...told);
      else what(...told);
    }
  }

  window.wagtail.app.register("office-begin", Begin);
})();
