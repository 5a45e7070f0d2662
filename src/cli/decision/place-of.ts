import type { CompiledGateway } from "../../core/policy/compiled.ts";
import type { RouteFacts } from "../../core/routing/route-facts.ts";

/** Where a request comes from; two letters each, empty where that is not known. */
export interface Origin {
  readonly country: string;
  readonly continent: string;
}

/** The region that the gateway gives to where a request came from, else where the router itself runs. */
export function placeOf({ location, regions }: CompiledGateway, { continent, country }: Origin): RouteFacts["place"] {
  const named = regions.find(({ continents, countries }) => countries.includes(country) || continents.includes(continent));
  return named === undefined ? { region: location.region, zone: location.zone } : { region: named.region, zone: null };
}
