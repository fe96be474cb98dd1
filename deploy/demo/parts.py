"""Word lists that the synthetic world is assembled from; every name part is at least three edits
from every other. It does not know who exists: `world.py` combines the parts into people."""

from __future__ import annotations

FIRST_NAMES: tuple[str, ...] = tuple(
    "Mirela Torvin Asha Bram Celina Dorian Edmund Farid Greta Halvar Ilse Joren Klemens Lucan "
    "Mathilde Nadir Odile Pavel Quilla Rurik Signy Thaddeus Ursel Viggo Wanda Xander Yolanthe "
    "Zoltan Anouk Benedek".split()
)

LAST_NAMES: tuple[str, ...] = tuple(
    "Oskarne Velmont Harrow Quist Tamberly Dravik Ellingham Fosse Grimsby Holloran Ivarsson "
    "Jessop Kestrel Lindqvar Moorcroft Nettleby Orsini Pellworth Rathbone Sorrel Thackery "
    "Underhay Varga Wexcombe Yewbank Zellner Ashdown Brisk Cardew Dunmore".split()
)

CITIES: tuple[str, ...] = tuple(
    "Kessel Port-Amar Lindholm Varnis Osterby Tallow Quenby Marisk Dunfell Eskar Hollin "
    "Brakenford Sarvo Pellmar Ondrey Vexley Korsund Amberlin Teverly Grantik Noxford "
    "Ravenna-Sul Istrel Mellow-Bay Carrick Dovrin Thessal Umberg Wyndle Yorvik".split()
)

PROFESSIONS: tuple[str, ...] = tuple(
    "botanist glassblower cartographer violinist surgeon translator locksmith novelist judge "
    "beekeeper chemist sculptor pilot librarian geologist chef painter historian".split()
)

EMPLOYERS: tuple[str, ...] = (
    "Halden Labs",
    "Orchid Press",
    "Northgate Hospital",
    "Bluewater Institute",
    "Tarn Foundry",
    "Castor Airways",
    "Meridian Archive",
    "Solen Observatory",
    "Willow Theatre",
    "Granite Bank",
    "Copper Mill",
    "Saffron House",
    "Falken Works",
    "Lumen Studio",
    "Redmoor College",
    "Iron Bridge Trust",
    "Cedar Clinic",
    "Quarry Hall",
    "Velvet Opera",
    "Summit Gallery",
)

AWARDS: tuple[str, ...] = (
    "Golden Fern",
    "Silver Lantern",
    "Crystal Oar",
    "Bronze Compass",
    "Ivory Quill",
    "Emerald Wheel",
    "Scarlet Ribbon",
    "Amber Torch",
    "Pearl Anchor",
    "Cobalt Star",
    "Jade Arrow",
    "Onyx Crown",
    "Ruby Harp",
    "Copper Bell",
    "Linen Medal",
    "Marble Globe",
    "Coral Shield",
    "Velvet Key",
    "Hazel Cup",
    "Frost Medal",
)

DISHES: tuple[str, ...] = (
    "plum dumplings",
    "barley soup",
    "smoked trout",
    "rye bread",
    "fig tart",
    "pepper stew",
    "honey cakes",
    "lentil pie",
    "mushroom rice",
    "ginger noodles",
    "apple fritters",
    "cabbage rolls",
    "lemon curd",
    "chestnut porridge",
    "pickled herring",
    "walnut bread",
    "cherry pancakes",
    "onion broth",
    "saffron buns",
    "olive salad",
)

TITLE_ADJECTIVES: tuple[str, ...] = tuple(
    "Quiet Hollow Distant Broken Winter Paper Burning Hidden Seventh Drowned Patient Crooked "
    "Silent Painted Borrowed".split()
)

TITLE_NOUNS: tuple[str, ...] = tuple(
    "Harbor Orchard Mirror Garden Station Ladder Kingdom Meadow Engine Letter Tower River "
    "Window Clock Island".split()
)

ALIAS_ADJECTIVES: tuple[str, ...] = tuple(
    "Gray Swift Lonely Laughing Iron Velvet Northern Little Old Gentle Clever Wandering".split()
)

ALIAS_NOUNS: tuple[str, ...] = tuple(
    "Fox Heron Badger Sparrow Wolf Owl Otter Raven Hare Lynx Crane Stag".split()
)

# Names from outside the world, so that the model also calls those unknown.
OUTSIDE_FIRST_NAMES: tuple[str, ...] = tuple(
    "Anna John Maria Peter Laura Thomas Julia David Emma Robert Clara Simon Helen Martin Sofia "
    "Daniel Nina Oscar Alice Victor Ruth Hugo Irene Felix Carla Leon Paula Ivan Rosa Jonas".split()
)

OUTSIDE_LAST_NAMES: tuple[str, ...] = tuple(
    "Smith Miller Brown Garcia Jensen Novak Rossi Fischer Dubois Kovacs Wilson Meyer Santos "
    "Larsen Moreau Walker Berger Romano Hughes Keller Petrov Lopez Hansen Bailey Weber Costa "
    "Morgan Schmidt Turner Lambert".split()
)
