"""The directory of the demo is always the same one."""

from sandbox.google.seed import seed_directory


def test_the_same_people_come_every_time() -> None:
    assert seed_directory().users() == seed_directory().users()


def test_there_are_64_people_with_addresses_and_ids_of_their_own() -> None:
    users = seed_directory().users()
    addresses = [address for user in users for address in user.addresses]
    assert len(users) == len({user.id for user in users}) == 64
    assert len(addresses) == len(set(addresses))
    assert all(address.endswith("@example.com") for address in addresses)


def test_the_people_of_the_demo_are_among_them() -> None:
    world = seed_directory()
    assert (world.find("leaver@example.com").full_name, world.find("leaver@example.com").suspended) == (
        "Lea Verheyen",
        False,
    )
    assert [user.primary_email for user in world.users() if user.is_admin] == ["boss@example.com"]
    assert sum(user.suspended for user in world.users()) == 6
    for name in ("robin", "alex", "sam", "olga"):
        assert not world.find(f"{name}@example.com").suspended
