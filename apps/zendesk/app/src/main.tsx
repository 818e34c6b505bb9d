import './sidebar.css';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { readSession } from './session';
import { Host } from './zaf/host';

const client = window.ZAFClient?.init();
const host = client ? new Host(client) : null;
const root = document.getElementById('root');
if (root) createRoot(root).render(<App session={readSession()} host={host} />);
