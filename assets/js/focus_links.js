// Links within a page (skip link, error summary) move the focus and leave no entry in the
// browser's history: a hash would bring a page back that Back should pass by.
document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (target.tabIndex < 0) target.tabIndex = -1;
  const label = target.labels && target.labels[0];
  (label || target).scrollIntoView();
  target.focus({ preventScroll: true });
});
