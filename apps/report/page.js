// Opens the conversations of a cell; what it shows is set as text, so that no name is read as markup.
const cells = JSON.parse(document.getElementById("cells").textContent), box = document.getElementById("box");
document.addEventListener("click", event => {
  const name = event.target.dataset && event.target.dataset.cell;
  if (!name) return;
  const cell = cells[name], list = box.querySelector("ol");
  box.querySelector("h2").textContent = cell.title;
  box.querySelector("p").textContent = cell.of;
  box.querySelector("code").textContent = cell.command;
  list.replaceChildren(...cell.tickets.map(([text, link]) => {
    const item = document.createElement("li"), said = link ? document.createElement("a") : document.createElement("span");
    said.textContent = text;
    if (link) { said.href = link; said.target = "_blank"; said.rel = "noreferrer"; }
    item.append(said);
    return item;
  }));
  box.showModal();
});
