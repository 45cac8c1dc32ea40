// OrderedMap, Vector and Text: standard interfaces, ordered, and a journal of their own changes, so
// that a turn that touches one of 100,000 entries is recorded as one; and an account of the bytes
// they own, so that it is measured as one.
#pragma once

#include "engine/base/bytes.h"
#include "engine/value/encoding.h"
#include "engine/value/footprint.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ariadne::value {

/// Operations inside a journal, as bytes (change.h says where they stand).
enum class JournalOp : std::uint8_t { kErase = 0, kPut = 1 };

namespace internal {
/// What the entries of a collection own. Those that may have been changed since it was settled are
/// open, and in no sum.
template <class Key>
struct Account {
    std::uint64_t settled = 0;
    std::set<Key> open;
};
}  // namespace internal

/// An ordered map; references to elements are const, changes go through update(), operator[] or
/// insert_or_assign(). Value type; equality compares contents, never journals.
/// Invariant: while journalling, `touched_` holds every key whose entry may differ from what it was
/// when the journal was last taken; while keeping account, an entry that is not open owns what it
/// did when `settled` last had it.
template <class K, class V>
class OrderedMap {
public:
    using key_type = K;
    using mapped_type = V;
    using value_type = std::pair<const K, V>;
    using const_iterator = typename std::map<K, V>::const_iterator;

    OrderedMap() = default;
    OrderedMap(std::initializer_list<value_type> entries) : map_(entries) {}
    OrderedMap(const OrderedMap& other) : map_(other.map_) {}
    OrderedMap(OrderedMap&& other) noexcept {
        other.touchAll();
        map_ = std::exchange(other.map_, {});
        other.recount();
    }
    OrderedMap& operator=(OrderedMap other) {
        touchAll();
        map_ = std::move(other.map_);
        touchAll();
        recount();
        return *this;
    }
    ~OrderedMap() = default;

    bool empty() const { return map_.empty(); }
    std::size_t size() const { return map_.size(); }
    bool contains(const K& key) const { return map_.contains(key); }
    const_iterator begin() const { return map_.begin(); }
    const_iterator end() const { return map_.end(); }
    auto rbegin() const { return map_.crbegin(); }
    auto rend() const { return map_.crend(); }
    const_iterator find(const K& key) const { return map_.find(key); }
    const_iterator lower_bound(const K& key) const { return map_.lower_bound(key); }
    /// Throws std::out_of_range when there is no such key.
    const V& at(const K& key) const { return map_.at(key); }

    /// A reference to change the entry of `key`, made when absent. Valid until the next non-const
    /// call.
    V& operator[](const K& key) {
        touch(key);
        return map_[key];
    }
    /// Calls `change` with the entry of `key`; false when there is none.
    template <class F>
    bool update(const K& key, F&& change) {
        const auto at = map_.find(key);
        if (at == map_.end()) return false;
        touch(key);
        change(at->second);
        return true;
    }
    /// True when the key is new.
    bool insert_or_assign(const K& key, V v) {
        touch(key);
        return map_.insert_or_assign(key, std::move(v)).second;
    }
    /// True when the key is new; an existing entry stays as it is.
    bool try_emplace(const K& key, V v = {}) {
        const bool added = map_.try_emplace(key, std::move(v)).second;
        if (!added) return false;
        if (journalling_) touched_.insert(key);
        if (keepsAccount()) account_->open.insert(key);
        return true;
    }
    std::size_t erase(const K& key) {
        // `key` may be the one inside the entry.
        const auto at = map_.find(key);
        if (at == map_.end()) return 0;
        touch(at->first);
        map_.erase(at);
        return 1;
    }
    void clear() {
        touchAll();
        map_.clear();
        recount();
    }

    friend bool operator==(const OrderedMap& a, const OrderedMap& b) { return a.map_ == b.map_; }

    // For the engine: see change.h.
    void setJournalling(bool on) {
        journalling_ = on;
        touched_.clear();
    }
    bool journalEmpty() const { return touched_.empty(); }
    void takeJournal(ByteWriter& out) {
        out.varint(touched_.size());
        ByteWriter scratch;
        for (const K& key : touched_) {
            const auto at = map_.find(key);
            out.u8(
                static_cast<std::uint8_t>(at == map_.end() ? JournalOp::kErase : JournalOp::kPut));
            scratch.clear();
            // Keys that compare equal need not be spelt equal, as 0.0 and -0.0.
            encode(scratch, at == map_.end() ? key : at->first);
            out.sized(scratch.view());
            if (at == map_.end()) continue;
            scratch.clear();
            encode(scratch, at->second);
            out.sized(scratch.view());
        }
        touched_.clear();
    }

    // For the engine: see footprint.h.
    void beginAccounting() {
        if constexpr (entriesOwnNothing<OrderedMap>()) return;
        if (account_ == nullptr) account_ = std::make_unique<Account>();
        recount();
    }
    /// References handed out before are used no more.
    void settleAccount() {
        if (!keepsAccount()) return;
        account_->settled += ownedByOpen();
        account_->open.clear();
    }
    /// As quick as few entries were touched since the account was settled, while one is kept.
    std::uint64_t ownedBytes() const {
        const std::uint64_t bytes = map_.size() * entryBytes<OrderedMap>();
        if constexpr (entriesOwnNothing<OrderedMap>()) return bytes;
        if (!keepsAccount()) return bytes + ownedByAll();
        return bytes + account_->settled + ownedByOpen();
    }

private:
    using Account = internal::Account<K>;

    bool keepsAccount() const {
        if constexpr (entriesOwnNothing<OrderedMap>())
            return false;
        else
            return account_ != nullptr;
    }
    static std::uint64_t ownedBy(const value_type& entry) {
        return value::ownedBytes(entry.first) + value::ownedBytes(entry.second);
    }
    std::uint64_t ownedByAll() const {
        std::uint64_t bytes = 0;
        for (const auto& entry : map_) bytes += ownedBy(entry);
        return bytes;
    }
    std::uint64_t ownedByOpen() const {
        std::uint64_t bytes = 0;
        for (const K& key : account_->open)
            if (const auto at = map_.find(key); at != map_.end()) bytes += ownedBy(*at);
        return bytes;
    }
    /// Before the entry of `key` is changed, made or erased.
    void touch(const K& key) {
        if (journalling_) touched_.insert(key);
        if (!keepsAccount() || !account_->open.insert(key).second) return;
        if (const auto at = map_.find(key); at != map_.end()) account_->settled -= ownedBy(*at);
    }
    void recount() {
        if (!keepsAccount()) return;
        account_->open.clear();
        account_->settled = ownedByAll();
    }
    void touchAll() {
        if (!journalling_) return;
        for (const auto& entry : map_) touched_.insert(entry.first);
    }

    std::map<K, V> map_;
    std::set<K> touched_;
    std::unique_ptr<Account> account_;  ///< null: none is kept
    bool journalling_ = false;
};

/// A dynamic array; elements are const, changes go through set(), update() or the back.
/// Invariant: while journalling, elements below `kept_` that may have changed are in `touched_`,
/// and everything from `kept_` on is new.
template <class T>
class Vector {
public:
    using value_type = T;
    using const_iterator = typename std::vector<T>::const_iterator;

    Vector() = default;
    Vector(std::initializer_list<T> elements) : items_(elements) {}
    Vector(const Vector& other) : items_(other.items_) {}
    Vector(Vector&& other) noexcept : items_(std::move(other.items_)) { other.clear(); }
    Vector& operator=(Vector other) {
        clear();
        items_ = std::move(other.items_);
        recount();
        return *this;
    }
    ~Vector() = default;

    bool empty() const { return items_.empty(); }
    std::size_t size() const { return items_.size(); }
    const_iterator begin() const { return items_.begin(); }
    const_iterator end() const { return items_.end(); }
    const T& operator[](std::size_t i) const { return items_[i]; }
    /// Throws std::out_of_range.
    const T& at(std::size_t i) const { return items_.at(i); }
    const T& front() const { return items_.front(); }
    const T& back() const { return items_.back(); }

    void push_back(T v) {
        items_.push_back(std::move(v));
        countFrom(items_.size() - 1);
    }
    void pop_back() {
        forgetFrom(items_.size() - 1);
        items_.pop_back();
        shrinkTo(items_.size());
    }
    void resize(std::size_t n) {
        const std::size_t before = items_.size();
        if (n < before) forgetFrom(n);
        items_.resize(n);
        if (n > before) countFrom(before);
        shrinkTo(n);
    }
    void clear() {
        items_.clear();
        recount();
        shrinkTo(0);
    }
    /// Throws std::out_of_range.
    void set(std::size_t i, T v) {
        open(i);
        items_.at(i) = std::move(v);
        touch(i);
    }
    /// Calls `change` with element `i`. Throws std::out_of_range.
    template <class F>
    void update(std::size_t i, F&& change) {
        open(i);
        change(items_.at(i));
        touch(i);
    }

    friend bool operator==(const Vector& a, const Vector& b) { return a.items_ == b.items_; }

    // For the engine: see change.h.
    void setJournalling(bool on) {
        journalling_ = on;
        restart();
    }
    bool journalEmpty() const {
        return !journalling_ || (touched_.empty() && kept_ == before_ && items_.size() == before_);
    }
    void takeJournal(ByteWriter& out) {
        out.varint(kept_);
        out.varint(touched_.size());
        ByteWriter scratch;
        const auto element = [&](std::size_t i) {
            scratch.clear();
            encode(scratch, static_cast<const T&>(items_[i]));
            out.sized(scratch.view());
        };
        for (const std::size_t i : touched_) {
            out.varint(i);
            element(i);
        }
        out.varint(items_.size() - kept_);
        for (std::size_t i = kept_; i < items_.size(); ++i) element(i);
        restart();
    }

    // For the engine: see footprint.h.
    void beginAccounting() {
        if constexpr (ownsNothing<T>()) return;
        if (account_ == nullptr) account_ = std::make_unique<Account>();
        recount();
    }
    /// References handed out before are used no more.
    void settleAccount() {
        if (!keepsAccount()) return;
        account_->settled += ownedByOpen();
        account_->open.clear();
    }
    /// As quick as few elements were changed since the account was settled, while one is kept.
    std::uint64_t ownedBytes() const {
        const std::uint64_t bytes = items_.size() * entryBytes<Vector>();
        if constexpr (ownsNothing<T>()) return bytes;
        if (!keepsAccount()) return bytes + ownedFrom(0);
        return bytes + account_->settled + ownedByOpen();
    }

private:
    using Account = internal::Account<std::size_t>;

    bool keepsAccount() const {
        if constexpr (ownsNothing<T>())
            return false;
        else
            return account_ != nullptr;
    }
    std::uint64_t ownedAt(std::size_t i) const {
        return value::ownedBytes(static_cast<const T&>(items_[i]));
    }
    std::uint64_t ownedFrom(std::size_t i) const {
        std::uint64_t bytes = 0;
        for (; i < items_.size(); ++i) bytes += ownedAt(i);
        return bytes;
    }
    std::uint64_t ownedByOpen() const {
        std::uint64_t bytes = 0;
        for (const std::size_t i : account_->open) bytes += ownedAt(i);
        return bytes;
    }
    /// Before element `i`, if there is one, is changed.
    void open(std::size_t i) {
        if (keepsAccount() && i < items_.size() && account_->open.insert(i).second)
            account_->settled -= ownedAt(i);
    }
    /// After elements from `i` on came, and before they go.
    void countFrom(std::size_t i) {
        if (keepsAccount()) account_->settled += ownedFrom(i);
    }
    void forgetFrom(std::size_t i) {
        if (!keepsAccount()) return;
        for (; i < items_.size(); ++i)
            if (account_->open.erase(i) == 0) account_->settled -= ownedAt(i);
    }
    void recount() {
        if (!keepsAccount()) return;
        account_->open.clear();
        account_->settled = ownedFrom(0);
    }
    void touch(std::size_t i) {
        if (journalling_ && i < kept_) touched_.insert(i);
    }
    void shrinkTo(std::size_t n) {
        if (!journalling_ || n >= kept_) return;
        kept_ = n;
        touched_.erase(touched_.lower_bound(n), touched_.end());
    }
    void restart() {
        touched_.clear();
        kept_ = before_ = items_.size();
    }

    std::vector<T> items_;
    std::set<std::size_t> touched_;
    std::unique_ptr<Account> account_;  ///< null: none is kept
    std::size_t kept_ = 0;
    std::size_t before_ = 0;
    bool journalling_ = false;
};

/// Text that mostly grows at its end; appending is journalled as the appended part.
/// Invariant: while journalling, the first `kept_` bytes are what they were.
class Text {
public:
    Text() = default;
    explicit Text(std::string_view text) : text_(text) {}
    Text(const Text& other) : text_(other.text_) {}
    Text(Text&& other) noexcept : text_(std::move(other.text_)) { other.clear(); }
    Text& operator=(const Text& other) {
        assign(other.text_);
        return *this;
    }
    ~Text() = default;

    bool empty() const { return text_.empty(); }
    std::size_t size() const { return text_.size(); }
    const std::string& str() const { return text_; }
    operator std::string_view() const { return text_; }

    Text& operator+=(std::string_view more) {
        text_ += more;
        return *this;
    }
    void append(std::string_view more) { text_ += more; }
    void assign(std::string_view text) {
        const auto same = std::mismatch(text_.begin(), text_.end(), text.begin(), text.end());
        kept_ = std::min(kept_, static_cast<std::size_t>(same.first - text_.begin()));
        text_ = text;
    }
    void resize(std::size_t n) {
        text_.resize(n);
        kept_ = std::min(kept_, n);
    }
    void clear() { resize(0); }

    friend bool operator==(const Text& a, const Text& b) { return a.text_ == b.text_; }

    // For the engine: see change.h.
    void setJournalling(bool on) {
        journalling_ = on;
        kept_ = before_ = text_.size();
    }
    bool journalEmpty() const {
        return !journalling_ || (kept_ == before_ && text_.size() == before_);
    }
    void takeJournal(ByteWriter& out) {
        out.varint(kept_);
        out.sized(asBytes(std::string_view{text_}.substr(kept_)));
        kept_ = before_ = text_.size();
    }

    // For the engine: see footprint.h.
    void beginAccounting() {}
    void settleAccount() {}
    std::uint64_t ownedBytes() const { return text_.size(); }

private:
    std::string text_;
    std::size_t kept_ = 0;
    std::size_t before_ = 0;
    bool journalling_ = false;
};

}  // namespace ariadne::value

namespace ariadne {
using value::OrderedMap;
using value::Text;
using value::Vector;
}  // namespace ariadne
