#include "p2p/wire/papers.h"

namespace mutoscope::wire
{

namespace
{

template <class M>
base::Result<M> readUnchecked(std::string_view envelope)
{
    const auto read = readEnvelope(envelope, M::type, M::maxBytes);
    if (!read)
        return tl::unexpected(read.error());
    return decodeFields<M>(read->payload, {.maxBytes = M::maxBytes, .maxDepth = 6, .maxValues = M::maxBytes / 4});
}

} // namespace

base::Result<Contract> readContract(std::string_view envelope)
{
    return readUnchecked<Contract>(envelope);
}

base::Result<Receipt> readReceipt(std::string_view envelope)
{
    return readUnchecked<Receipt>(envelope);
}

std::string papersFile(const std::string& contract, const std::string& receipt)
{
    return encodeFields(PapersFile{contract, receipt.empty() ? std::nullopt : std::optional(receipt)}) + '\n';
}

base::Result<PapersFile> readPapersFile(std::string_view text)
{
    return decodeFields<PapersFile>(text, {.maxBytes = PapersFile::maxBytes, .maxDepth = 2, .maxValues = 16});
}

base::Result<CheckedPapers> checkPapers(std::string_view contract, std::string_view receipt)
{
    const auto named = readContract(contract);
    if (!named)
        return tl::unexpected(named.error());
    const auto signedContract = open<Contract>(contract, named->network, {Role::Viewer, Role::Seeder});
    if (!signedContract)
        return tl::unexpected(signedContract.error());
    CheckedPapers papers{contractId(*signedContract), signedContract->message, std::nullopt, false};
    if (receipt.empty())
        return papers;
    auto signedReceipt = open<Receipt>(receipt, named->network, {Role::Viewer, Role::Seeder});
    papers.seederSignedReceipt = signedReceipt.has_value();
    if (!signedReceipt)
        signedReceipt = open<Receipt>(receipt, named->network, {Role::Viewer});
    if (!signedReceipt)
        return tl::unexpected(signedReceipt.error());
    if (const auto isOfIt = wire::fits(signedReceipt->message, papers.contract, papers.id); !isOfIt)
        return tl::unexpected(isOfIt.error());
    papers.receipt = std::move(signedReceipt->message);
    return papers;
}

} // namespace mutoscope::wire
