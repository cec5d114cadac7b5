"""What every ConfigStore promises."""

import asyncio

import pytest

from bot.errors import NotFound
from bot.store_ports import Store
from tests.contracts.store import OpenStore, StoreContract
from tests.factories import a_policy, a_rule, a_tool, a_toolset

OTHER_RULES = (a_rule(name="other"),)


class ConfigStoreContract(StoreContract):
    async def test_there_is_no_policy_before_one_is_published(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.policy()

    async def test_the_published_policy_is_current_under_the_next_version(self, open_store: OpenStore) -> None:
        one, other = await open_store(), await open_store()
        assert await one.publish(a_policy(version=7)) == a_policy(version=1)
        assert await other.publish(a_policy(rules=OTHER_RULES)) == a_policy(version=2, rules=OTHER_RULES)
        assert await one.policy() == a_policy(version=2, rules=OTHER_RULES)

    async def test_the_same_rules_again_change_nothing(self, store: Store) -> None:
        await store.publish(a_policy())
        before = await store.changes()
        assert await store.publish(a_policy(version=9)) == a_policy(version=1)
        assert (await store.policy(), await store.changes()) == (a_policy(version=1), before)

    async def test_going_back_to_older_rules_is_a_new_version(self, store: Store) -> None:
        await store.publish(a_policy())
        await store.publish(a_policy(rules=OTHER_RULES))
        assert await store.publish(a_policy()) == a_policy(version=3)

    async def test_policies_published_at_once_get_versions_of_their_own(self, open_store: OpenStore) -> None:
        stores = [await open_store(), await open_store()]
        policies = [a_policy(rules=(a_rule(name=f"rule {number}"),)) for number in range(6)]
        published = await asyncio.gather(
            *(stores[number % 2].publish(policy) for number, policy in enumerate(policies))
        )
        assert sorted(policy.version for policy in published) == [1, 2, 3, 4, 5, 6]

    async def test_a_tool_snapshot_is_found_by_its_digest(self, store: Store) -> None:
        tools = a_toolset(tools=(a_tool(), a_tool(name="b", secrets=("password",))), missing=("jira",))
        await store.save_tools(tools)
        await store.save_tools(tools)
        assert await store.tools(tools.digest) == tools

    async def test_an_unknown_snapshot_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.tools("unknown")
