// A checkout whose payment never works: what a shop does about it is to tell the beacon.
const form = document.getElementById('pay');
form.addEventListener('submit', (event) => {
  event.preventDefault();
  document.getElementById('result').textContent = 'The payment did not go through. Nothing was charged.';
  window.handrail?.('failed', 'payment');
});
document.addEventListener('handrail:accepted', () => {
  document.getElementById('helped').textContent = 'Our messenger opens. Somebody is with you.';
});
