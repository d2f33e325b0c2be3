#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "p2p/wire/contract.h"

namespace mutoscope::wire
{

/// What a contract's papers prove by themselves, without a tracker or a network.
struct CheckedPapers {
    base::ContractId id;
    Contract contract; ///< both have signed it
    std::optional<Receipt> receipt; ///< the viewer has signed it, and it is one of this contract
    bool seederSignedReceipt = false; ///< too, which makes it the message that closes
};

/// Checks every signature, and that contract, receipt, bytes and amount belong together. `receipt` may be empty. BadSignature or
/// Unacceptable with what is wrong.
[[nodiscard]] base::Result<CheckedPapers> checkPapers(std::string_view contract, std::string_view receipt);

/// What the envelopes say; no signature is checked.
[[nodiscard]] base::Result<Contract> readContract(std::string_view envelope);
[[nodiscard]] base::Result<Receipt> readReceipt(std::string_view envelope);

/// Both in one file, JSON: {"contract":"…","receipt":"…"}, where the receipt may be missing.
struct PapersFile {
    static constexpr std::size_t maxBytes = 192 * 1024;

    std::string contract;
    std::optional<std::string> receipt;

    template <class F>
    void fields(F& f)
    {
        f("contract", contract, MaxSize{Contract::maxBytes});
        f("receipt", receipt, MaxSize{Receipt::maxBytes});
    }
};
[[nodiscard]] std::string papersFile(const std::string& contract, const std::string& receipt);
[[nodiscard]] base::Result<PapersFile> readPapersFile(std::string_view text);

} // namespace mutoscope::wire
