/* Run in a page that pgsize wrote: what can be seen of it, as one object. */
(() => {
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const box = (text) => text.getBBox();
    const shown = (text) => `${text.textContent} ${JSON.stringify(["x", "y", "width", "height"].map((k) => Math.round(box(text)[k])))}`;

    /* Letters of pictures: inside their picture, and not over one another. */
    function lettersOf(svg) {
        const texts = all("text", svg), faults = [];
        const width = svg.getBoundingClientRect().width, height = svg.getBoundingClientRect().height;
        texts.forEach((text, i) => {
            const a = box(text);
            if (text.textContent && a.width < 3)
                faults.push(`not to be seen: ${shown(text)}`);
            if (a.x < -1 || a.y < -1 || a.x + a.width > width + 1 || a.y + a.height > height + 1)
                faults.push(`cut: ${shown(text)} of ${width} x ${height}`);
            for (const other of texts.slice(i + 1)) {
                const b = box(other);
                if (Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1 &&
                    Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1)
                    faults.push(`over one another: ${shown(text)}, ${shown(other)}`);
            }
        });
        return faults;
    }

    /* WCAG 2: the contrast of two colours. */
    function luminance(colour) {
        const [r, g, b] = colour.map((value) => {
            const share = value / 255;
            return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    const colourOf = (words) => (words.match(/[\d.]+/g) || []).map(Number);
    function contrast(a, b) {
        const [x, y] = [luminance(colourOf(a).slice(0, 3)), luminance(colourOf(b).slice(0, 3))];
        return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
    }
    function ground(element) {
        for (let at = element; at; at = at.parentElement) {
            const colour = getComputedStyle(at).backgroundColor;
            if (colourOf(colour)[3] !== 0)
                return colour;
        }
        return "rgb(255, 255, 255)";
    }
    /* Behind a letter of a picture: the part it names, or the halo it has. */
    function behind(text) {
        const style = getComputedStyle(text), part = [...text.classList].find((name) => name.startsWith("k-c"));
        if (part || text.classList.contains("k-more"))
            return getComputedStyle(document.querySelector(`rect.${part ? part.slice(2) : "more"}`)).fill;
        return style.stroke === "none" ? ground(text) : style.stroke;
    }
    function faint() {
        const faults = new Set();
        for (const element of all("body *")) {
            const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
            if (!own || ["title", "style"].includes(element.tagName.toLowerCase()))
                continue;
            const text = element.closest("text");
            const ratio = text ? contrast(getComputedStyle(text).fill, behind(text))
                : contrast(getComputedStyle(element).color, ground(element));
            if (!(ratio >= 4.5))
                faults.add(`${element.tagName} .${element.getAttribute("class")} ${ratio.toFixed(2)}`);
        }
        return [...faults];
    }

    function partOf(rect) {
        const [, name, moment, count] = rect.querySelector("title").textContent
            .match(/^([^]*), (steady|at peak): (\d+) connections?/);
        return { name, moment, count: Number(count), width: box(rect).width, style: rect.getAttribute("class") };
    }
    const page = document.scrollingElement;
    const details = document.querySelector("details dd");
    return {
        executed: window.executed === true,
        overflow: Math.max(page.scrollWidth - innerWidth, page.scrollWidth - page.clientWidth),
        widest: page.scrollWidth <= innerWidth ? [] : all("body *")
            .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".wide *"))
            .slice(0, 5).map((element) => element.outerHTML.slice(0, 150)),
        letters: all("svg.picture, svg.swatch").flatMap(lettersOf),
        contrast: faint(),
        slots: all(".slots svg").map((svg) => ({
            width: svg.getBoundingClientRect().width,
            partial: all("rect.more", svg).length > 0,
            parts: all("rect.part", svg).map(partOf),
        })),
        dots: all("circle.dot").map((dot) => {
            const [, label, used] = dot.textContent.match(/^([^]*): (\d+) of/);
            return { label, used: Number(used), broken: dot.classList.contains("broken"), y: Number(dot.getAttribute("cy")) };
        }),
        axis: Number(document.querySelector("line.axis")?.getAttribute("y1")),
        full: Number(document.querySelector(".curve .picture line.full")?.getAttribute("y1")),
        unfolded: !details || details.checkVisibility({ contentVisibilityAuto: true }) && details.getBoundingClientRect().height > 0,
        page: getComputedStyle(document.body).backgroundColor,
    };
})()
