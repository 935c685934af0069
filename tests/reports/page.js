// SPDX-License-Identifier: MIT
// What is wrong with a page as it is laid out: a list of sentences.
(() => {
    const wrong = new Set();
    const name = (element) => `<${element.localName} class="${element.getAttribute('class') ?? ''}"> `
        + JSON.stringify(element.textContent.trim().slice(0, 40));

    // Nothing runs over the side, but in a box that scrolls.
    const width = document.documentElement.clientWidth;
    const scrolls = (element) => element.closest('pre, .scroll, nav, svg, .vh, .skip') !== null;
    if (document.documentElement.scrollWidth > width)
        wrong.add(`the page is ${document.documentElement.scrollWidth} wide, in ${width}`);
    for (const element of document.body.querySelectorAll('*'))
        if (element.getBoundingClientRect().right > width + 1 && !scrolls(element) && element.checkVisibility())
            wrong.add(`over the side: ${name(element)}`);

    // WCAG 2.2, 1.4.3: 4.5 to 1, for large letters 3 to 1.
    const numbers = (color) => color.match(/[\d.]+/g).map(Number);
    const linear = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const contrast = (a, b) => {
        const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    };
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const color = numbers(getComputedStyle(element).backgroundColor);
            if (color.length === 3 || color[3] === 1)
                return color;
        }
        return [255, 255, 255];
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        const element = texts.currentNode.parentElement;
        if (texts.currentNode.data.trim() === '' || !element.checkVisibility())
            continue;
        const style = getComputedStyle(element);
        const size = parseFloat(style.fontSize);
        const isLarge = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
        const color = element.closest('svg') ? style.fill : style.color;
        const ratio = contrast(numbers(color), behind(element));
        if (ratio < (isLarge ? 3 : 4.5))
            wrong.add(`contrast ${ratio.toFixed(2)}: ${name(element)}`);
    }

    // What people with a screen reader and a keyboard need.
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].map((h) => Number(h.localName[1]));
    levels.forEach((level, at) => level > (levels[at - 1] ?? 0) + 1 && wrong.add(`a heading ${level} too deep`));
    if (levels.filter((level) => level === 1).length !== 1)
        wrong.add('not one h1');
    for (const link of document.querySelectorAll('a[href^="#"]'))
        if (!document.getElementById(decodeURIComponent(link.hash.slice(1))))
            wrong.add(`leads nowhere: ${name(link)}`);
    for (const element of document.querySelectorAll('script, iframe, object, embed, form, base, [onload], [onerror]'))
        wrong.add(`may not be here: ${name(element)}`);
    return [...wrong].slice(0, 20);
})()
