import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** An empty database that belongs to one test. */
export interface Database {
  url: string;
  remove(): Promise<void>;
}

/** On the engine that `E2E_DB` names: `sqlite` (also when it is not set) or `postgres`. */
export async function emptyDatabase(): Promise<Database> {
  const engine = process.env.E2E_DB ?? "sqlite";
  switch (engine) {
    case "sqlite":
      return sqlite();
    case "postgres":
      return postgres();
    default:
      throw new Error(`E2E_DB=${engine}: sqlite or postgres`);
  }
}

async function sqlite(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), "rapport-e2e-"));
  return {
    url: `sqlite://${join(folder, "rapport.db")}`,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function postgres(): Promise<Database> {
  const maintenance = process.env.TEST_POSTGRES_URL;
  if (!maintenance) throw new Error("E2E_DB=postgres needs TEST_POSTGRES_URL");
  const name = `e2e_${randomBytes(8).toString("hex")}`;
  const url = new URL(maintenance);
  url.pathname = `/${name}`;
  await administer(maintenance, `CREATE DATABASE ${name}`);
  return {
    url: url.toString(),
    remove: () => administer(maintenance, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
